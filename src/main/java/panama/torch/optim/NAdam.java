package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Adam with Nesterov momentum: Dozat, "Incorporating Nesterov momentum into Adam" (2016), where ψ
 * is the momentum decay, and m and v are those of {@link MomentOptimizer}.
 *
 * <pre>
 *   μ_t = β1 (1 - 0.96^(t ψ) / 2)
 *   θ = θ - lr ((1 - μ_t) g / (1 - Π_(i≤t) μ_i) + μ_(t+1) m / (1 - Π_(i≤t+1) μ_i))
 *           / (√(v / (1 - β2^t)) + ε)
 * </pre>
 *
 * <p>State: {@code step}, {@code exp_avg} (m), {@code exp_avg_sq} (v), {@code mu_product} (Π μ).
 */
public final class NAdam extends MomentOptimizer {
  private static final String MU_PRODUCT = "mu_product";
  private static final Op UPDATE = Torch.op("panama_torch::nadam_");

  private NAdam(Builder options) {
    super(options);
  }

  /**
   * Creates an optimizer with PyTorch's defaults: a learning rate of 0.002.
   *
   * @param parameters the parameters to optimize
   */
  public NAdam(List<Tensor> parameters) {
    this(builder(parameters));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0
   */
  public NAdam(List<Tensor> parameters, double lr) {
    this(builder(parameters).lr(lr));
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param parameters the parameters to optimize
   */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options of NAdam. Default learning rate: 0.002. */
  public static final class Builder extends MomentOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 2e-3);
      momentumDecay(4e-3);
      decoupledWeightDecay(false);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the momentum decay ψ: the larger, the sooner the momentum reaches β1. Default: 0.004.
     *
     * @param momentumDecay ψ, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public Builder momentumDecay(double momentumDecay) {
      return setNotNegative("momentum_decay", "momentumDecay", momentumDecay);
    }

    /**
     * Sets whether weight decay multiplies the parameter, as in {@link AdamW}, instead of being
     * added to the gradient. Default: false.
     *
     * @param decoupledWeightDecay whether weight decay is decoupled
     * @return this builder
     */
    public Builder decoupledWeightDecay(boolean decoupledWeightDecay) {
      return set("decoupled_weight_decay", decoupledWeightDecay);
    }

    /** Returns the optimizer. */
    public NAdam build() {
      return new NAdam(this);
    }
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    super.initState(group, parameter, state);
    state.putScalar(MU_PRODUCT, 1);
  }

  @Override
  void update(ParamGroup group, List<ActiveParameter> all) {
    ActiveParameter.start(UPDATE, all, EXP_AVG, EXP_AVG_SQ, MU_PRODUCT, ParameterState.STEP)
        .arg(group.lr())
        .arg(group.beta1())
        .arg(group.beta2())
        .arg(group.number("weight_decay"))
        .arg(group.number("momentum_decay"))
        .arg(group.number("eps"))
        .arg(group.flag("maximize"))
        .arg(group.flag("decoupled_weight_decay"))
        .call();
  }
}
