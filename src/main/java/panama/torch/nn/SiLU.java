package panama.torch.nn;

import panama.torch.Tensor;

/**
 * The sigmoid linear unit (swish), elementwise: x σ(x). Elfwing et al., "Sigmoid-weighted linear
 * units for neural network function approximation in reinforcement learning" (2017).
 */
public final class SiLU extends FluentModule<SiLU> implements Layer {
  /** Creates the layer. */
  public SiLU() {}

  @Override
  public Tensor forward(Tensor x) {
    return call(x, Functional::silu);
  }
}
