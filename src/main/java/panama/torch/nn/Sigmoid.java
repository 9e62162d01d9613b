package panama.torch.nn;

import panama.torch.Tensor;

/** σ(x) = 1 / (1 + exp(-x)), elementwise. */
public final class Sigmoid extends Module implements Layer {
  /** Without options. */
  public Sigmoid() {}

  @Override
  public Tensor forward(Tensor x) {
    return call(x, Tensor::sigmoid);
  }
}
