package panama.torch.nn;

import panama.torch.Tensor;

/**
 * A function from one tensor to one tensor, such as {@link Linear}; {@link Sequential} chains them.
 */
public interface Layer {
  /**
   * Returns the result for {@code x}.
   *
   * @param x the input of the layer
   */
  Tensor forward(Tensor x);
}
