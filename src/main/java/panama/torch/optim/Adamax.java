package panama.torch.optim;

import java.util.List;
import panama.torch.Tensor;

/**
 * Adam with the largest gradient in place of the mean square: Kingma and Ba (2015), section 7.
 *
 * <pre>
 *   m = β1 m + (1 - β1) g
 *   u = max(β2 u, |g| + ε)
 *   θ = θ - lr m / ((1 - β1^t) u)
 * </pre>
 */
public final class Adamax extends MomentOptimizer {
  private static final String EXP_INF = "exp_inf";

  private Adamax(Builder options) {
    super(options);
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options. Default of the learning rate: 0.002. */
  public static final class Builder extends MomentOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 2e-3);
    }

    @Override
    Builder self() {
      return this;
    }

    /** The optimizer. */
    public Adamax build() {
      return new Adamax(this);
    }
  }

  @Override
  ParameterState newState(ParamGroup group, Tensor data) {
    return new ParameterState(data).withStep().withZeros(EXP_AVG, data).withZeros(EXP_INF, data);
  }

  @Override
  void update(ParamGroup group, ActiveParameter p) {
    Tensor m = p.remembered(EXP_AVG);
    Tensor largest = p.remembered(EXP_INF);
    Kernels.lerp_(m, p.gradient(), 1 - group.beta1());
    Kernels.maximum_(largest.mul_(group.beta2()), p.gradient().abs().add_(group.number("eps")));
    double correction = 1 - Math.pow(group.beta1(), p.step());
    Kernels.addcdiv_(p.data(), m, largest, -(group.lr() / correction));
  }
}
