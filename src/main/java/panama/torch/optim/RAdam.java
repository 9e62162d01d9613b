package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Rectified Adam: Liu et al., "On the variance of the adaptive learning rate and beyond" (2020). In
 * the first steps, where the variance of v is too large, the update is not divided by √v; m and v
 * are those of {@link MomentOptimizer}.
 *
 * <pre>
 *   ρ∞ = 2 / (1 - β2) - 1
 *   ρ = ρ∞ - 2 t β2^t / (1 - β2^t)
 *   r = √((ρ - 4) (ρ - 2) ρ∞ / ((ρ∞ - 4) (ρ∞ - 2) ρ))
 *   θ = θ - lr m / (1 - β1^t) · (ρ > 5: r √(1 - β2^t) / (√v + ε); otherwise 1)
 * </pre>
 *
 * <p>State: {@code step}, {@code exp_avg} (m), {@code exp_avg_sq} (v).
 */
public final class RAdam extends MomentOptimizer {
  private static final Op UPDATE = Torch.op("panama_torch::radam_");

  private RAdam(Builder options) {
    super(options);
  }

  /**
   * Creates an optimizer with PyTorch's defaults: a learning rate of 0.001.
   *
   * @param parameters the parameters to optimize
   */
  public RAdam(List<Tensor> parameters) {
    this(builder(parameters));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0
   */
  public RAdam(List<Tensor> parameters, double lr) {
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

  /** The options of RAdam. Default learning rate: 0.001. */
  public static final class Builder extends MomentOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1e-3);
      decoupledWeightDecay(false);
    }

    @Override
    Builder self() {
      return this;
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
    public RAdam build() {
      return new RAdam(this);
    }
  }

  @Override
  void update(ParamGroup group, List<ActiveParameter> all) {
    ActiveParameter.start(UPDATE, all, EXP_AVG, EXP_AVG_SQ, ParameterState.STEP)
        .arg(group.lr())
        .arg(group.beta1())
        .arg(group.beta2())
        .arg(group.number("weight_decay"))
        .arg(group.number("eps"))
        .arg(group.flag("maximize"))
        .arg(group.flag("decoupled_weight_decay"))
        .call();
  }
}
