package panama.torch.nn;

import panama.torch.Tensor;

/** The hyperbolic tangent, elementwise. */
public final class Tanh extends FluentModule<Tanh> implements Layer {
  /** Creates the layer. */
  public Tanh() {}

  @Override
  public Tensor forward(Tensor x) {
    return call(x, Tensor::tanh);
  }
}
