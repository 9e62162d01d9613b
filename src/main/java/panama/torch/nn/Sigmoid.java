package panama.torch.nn;

import panama.torch.Tensor;

/** The logistic sigmoid, elementwise: σ(x) = 1 / (1 + exp(-x)). */
public final class Sigmoid extends FluentModule<Sigmoid> implements Layer {
  /** Creates the layer. */
  public Sigmoid() {}

  @Override
  public Tensor forward(Tensor x) {
    return call(x, Tensor::sigmoid);
  }
}
