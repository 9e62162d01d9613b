package panama.torch.nn;

import panama.torch.Tensor;

/** What turns one tensor into another, such as {@link Linear}; {@link Sequential} chains them. */
public interface Layer {
  /** The result for {@code x}. */
  Tensor forward(Tensor x);
}
