package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Adagrad: Duchi et al., "Adaptive subgradient methods for online learning and stochastic
 * optimization" (2011), where η is the learning rate decay.
 *
 * <pre>
 *   s = s + g²
 *   θ = θ - lr / (1 + (t - 1) η) · g / (√s + ε)
 * </pre>
 *
 * <p>State: {@code step}, {@code sum} (s).
 */
public final class Adagrad extends ElementwiseOptimizer {
  private static final String SUM = "sum";
  private static final Op UPDATE = Torch.op("panama_torch::adagrad_");
  private static final Op FUSED = Torch.op("aten::_fused_adagrad_");

  private Adagrad(Builder options) {
    super(options);
  }

  /**
   * Creates an optimizer with PyTorch's defaults: a learning rate of 0.01.
   *
   * @param parameters the parameters to optimize
   */
  public Adagrad(List<Tensor> parameters) {
    this(builder(parameters));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0
   */
  public Adagrad(List<Tensor> parameters, double lr) {
    this(builder(parameters).lr(lr));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate and its decay η.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @param lrDecay η, the decay of the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless both are finite and at least 0
   */
  public Adagrad(List<Tensor> parameters, double lr, double lrDecay) {
    this(builder(parameters).lr(lr).lrDecay(lrDecay));
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param parameters the parameters to optimize
   */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options of Adagrad. Default learning rate: 0.01. */
  public static final class Builder extends ElementwiseOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1e-2);
      lrDecay(0).initialAccumulatorValue(0).eps(1e-10);
      set("fused", null);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets η, which reduces the learning rate from step to step. Default: 0.
     *
     * @param lrDecay η, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public Builder lrDecay(double lrDecay) {
      return setNotNegative("lr_decay", "lrDecay", lrDecay);
    }

    /**
     * Sets the initial value of s, the sum of squared gradients. Default: 0.
     *
     * @param initialAccumulatorValue the initial value, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public Builder initialAccumulatorValue(double initialAccumulatorValue) {
      return setNotNegative(
          "initial_accumulator_value", "initialAccumulatorValue", initialAccumulatorValue);
    }

    /**
     * Sets ε, which is added to the denominator so that it is never 0. Default: 1e-10.
     *
     * @param eps ε, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public Builder eps(double eps) {
      return setNotNegative("eps", "eps", eps);
    }

    /**
     * Sets whether libtorch's fused kernel updates the parameters, as in PyTorch with {@code
     * fused=True}. Its results differ from those of PyTorch's default in the last bits; for large
     * parameters it can be faster. Default: None, as in PyTorch, which has the same effect as
     * false: the bits of PyTorch's default on the CPU.
     *
     * @param fused whether to use libtorch's fused kernel
     * @return this builder
     */
    public Builder fused(boolean fused) {
      return set("fused", fused);
    }

    /** Returns the optimizer. */
    public Adagrad build() {
      return new Adagrad(this);
    }
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    double initial = group.number("initial_accumulator_value");
    state.putScalar(ParameterState.STEP, 0);
    state.put(SUM, Torch.zerosLike(parameter).fill_(initial));
  }

  @Override
  void update(ParamGroup group, List<ActiveParameter> all) {
    update(UPDATE, group, all);
  }

  @Override
  void updateFused(ParamGroup group, List<ActiveParameter> all) {
    update(FUSED, group, all);
  }

  private static void update(Op operator, ParamGroup group, List<ActiveParameter> all) {
    ActiveParameter.start(operator, all, SUM, ParameterState.STEP)
        .arg(group.lr())
        .arg(group.number("lr_decay"))
        .arg(group.number("weight_decay"))
        .arg(group.number("eps"))
        .arg(group.flag("maximize"))
        .call();
  }
}
