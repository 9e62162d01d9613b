package panama.torch.nn;

import panama.torch.Tensor;

/** max(0, x), elementwise. */
public final class ReLU extends Module implements Layer {
  /** Without options. */
  public ReLU() {}

  @Override
  public Tensor forward(Tensor x) {
    return call(x, Tensor::relu);
  }
}
