package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * x σ(x), elementwise. Elfwing et al., "Sigmoid-weighted linear units for neural network function
 * approximation in reinforcement learning" (2017).
 */
public final class SiLU extends Module implements Layer {
  /** Without options. */
  public SiLU() {}

  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> Torch.op("aten::silu").arg(in).call().tensor());
  }
}
