package panama.torch.optim;

import java.util.List;
import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/**
 * The base class of Adam and its variants, with exponential moving averages m of the gradient g and
 * v of its square, both initialized to 0:
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
   * The options that all of these optimizers have.
   *
   * @param <B> the builder of the optimizer
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
     * Sets β1 and β2, the decay rates of the moving averages: the closer to 1, the more past steps
     * count. Default: 0.9 and 0.999.
     *
     * @param beta1 β1, the decay rate of the first moving average
     * @param beta2 β2, the decay rate of the second moving average
     * @return this builder
     * @throws IllegalArgumentException unless both are in [0, 1)
     */
    public final B betas(double beta1, double beta2) {
      return set(
          "betas",
          List.of(
              Arguments.properFraction("beta1", beta1), Arguments.properFraction("beta2", beta2)));
    }

    /**
     * Sets ε, which is added to the denominator so that it is never 0. Default: 1e-8.
     *
     * @param eps ε, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public final B eps(double eps) {
      return setNotNegative("eps", "eps", eps);
    }
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    state.putScalar(ParameterState.STEP, 0).putZeros(EXP_AVG).putZeros(EXP_AVG_SQ);
  }
}
