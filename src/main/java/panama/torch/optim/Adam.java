package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Adam: Kingma and Ba, "Adam: a method for stochastic optimization" (2015).
 *
 * <pre>
 *   m = β1 m + (1 - β1) g
 *   v = β2 v + (1 - β2) g²
 *   θ = θ - lr (m / (1 - β1^t)) / (√(v / (1 - β2^t)) + ε)
 * </pre>
 *
 * <p>With amsgrad, the denominator uses the largest v so far: Reddi et al., "On the convergence of
 * Adam and beyond" (2018).
 *
 * <p>State: {@code step}, {@code exp_avg} (m), {@code exp_avg_sq} (v), and with amsgrad {@code
 * max_exp_avg_sq}.
 */
public final class Adam extends MomentOptimizer {
  private static final String MAX_EXP_AVG_SQ = "max_exp_avg_sq";
  private static final Op UPDATE = Torch.op("panama_torch::adam_");
  private static final Op FUSED = Torch.op("aten::_fused_adam_");

  private Adam(Builder options) {
    super(options);
  }

  /**
   * Creates an optimizer with PyTorch's defaults: a learning rate of 0.001.
   *
   * @param parameters the parameters to optimize
   */
  public Adam(List<Tensor> parameters) {
    this(builder(parameters));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0
   */
  public Adam(List<Tensor> parameters, double lr) {
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

  /** The options of Adam. Default learning rate: 0.001. */
  public static final class Builder extends MomentOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1e-3);
      set("amsgrad", false).set("decoupled_weight_decay", false).set("fused", null);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets whether the denominator uses the largest v so far instead of v. Default: false.
     *
     * @param amsgrad whether to use the largest v
     * @return this builder
     */
    public Builder amsgrad(boolean amsgrad) {
      return set("amsgrad", amsgrad);
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
    public Adam build() {
      return new Adam(this);
    }
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    super.initState(group, parameter, state);
    initMaximum(group, state);
  }

  @Override
  void update(ParamGroup group, List<ActiveParameter> all) {
    update(group, all, false);
  }

  @Override
  void updateFused(ParamGroup group, List<ActiveParameter> all) {
    start(FUSED, group, all).call();
  }

  // Shared with AdamW, which differs only in its weight decay

  static void initMaximum(ParamGroup group, ParameterState state) {
    if (group.flag("amsgrad")) {
      state.putZeros(MAX_EXP_AVG_SQ);
    }
  }

  static void update(ParamGroup group, List<ActiveParameter> all, boolean decoupledWeightDecay) {
    start(UPDATE, group, all).arg(decoupledWeightDecay).call();
  }

  /** Starts a call of an operator with the arguments that libtorch's fused kernels have. */
  static Op.Call start(Op operator, ParamGroup group, List<ActiveParameter> all) {
    boolean amsgrad = group.flag("amsgrad");
    return ActiveParameter.start(operator, all, EXP_AVG, EXP_AVG_SQ)
        .arg(amsgrad ? ActiveParameter.states(all, MAX_EXP_AVG_SQ) : List.of())
        .arg(ActiveParameter.states(all, ParameterState.STEP))
        .arg(group.lr())
        .arg(group.beta1())
        .arg(group.beta2())
        .arg(group.number("weight_decay"))
        .arg(group.number("eps"))
        .arg(amsgrad)
        .arg(group.flag("maximize"));
  }
}
