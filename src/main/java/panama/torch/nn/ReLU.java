package panama.torch.nn;

import panama.torch.Tensor;

/** The rectified linear unit, elementwise: max(0, x). */
public final class ReLU extends FluentModule<ReLU> implements Layer {
  /** Creates the layer. */
  public ReLU() {}

  @Override
  public Tensor forward(Tensor x) {
    return call(x, Tensor::relu);
  }
}
