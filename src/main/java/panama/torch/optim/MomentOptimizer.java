package panama.torch.optim;

import java.util.List;
import panama.torch.Tensor;

/**
 * What Adam and its kin share: m, the moving average of gradients g with share β1, and a second
 * average with share β2, both corrected for their start at 0.
 *
 * <pre>
 *   m = β1 m + (1 - β1) g
 *   v = β2 v + (1 - β2) g²
 * </pre>
 */
public abstract sealed class MomentOptimizer extends ElementwiseOptimizer
    permits Adam, AdamW, Adamax, NAdam, RAdam {
  /** m. */
  static final String EXP_AVG = "exp_avg";

  /** v. */
  static final String EXP_AVG_SQ = "exp_avg_sq";

  MomentOptimizer(Builder<?> builder) {
    super(builder);
  }

  /**
   * The options of such an optimizer; those that only one kind has are added there.
   *
   * @param <B> the kind's own builder
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      extends ElementwiseOptimizer.Builder<B>
      permits Adam.Builder, AdamW.Builder, Adamax.Builder, NAdam.Builder, RAdam.Builder {
    Builder(List<Tensor> parameters, double lr) {
      super(parameters, lr);
      betas(0.9, 0.999);
      eps(1e-8);
    }

    /**
     * How long the two averages remember. Default: 0.9 and 0.999.
     *
     * @throws IllegalArgumentException unless both are in [0, 1)
     */
    public final B betas(double beta1, double beta2) {
      return set("betas", List.of(fraction("beta1", beta1), fraction("beta2", beta2)));
    }

    /**
     * ε, which keeps the denominator from 0. Default: 1e-8.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public final B eps(double eps) {
      return setNotNegative("eps", "eps", eps);
    }
  }

  @Override
  ParameterState newState(ParamGroup group, Tensor data) {
    return new ParameterState(data).withStep().withZeros(EXP_AVG, data).withZeros(EXP_AVG_SQ, data);
  }

  /** Takes the gradient into m and v. */
  static void average(ParamGroup group, ActiveParameter p) {
    Kernels.lerp_(p.remembered(EXP_AVG), p.gradient(), 1 - group.beta1());
    Kernels.averageSquare_(p.remembered(EXP_AVG_SQ), p.gradient(), group.beta2());
  }
}
