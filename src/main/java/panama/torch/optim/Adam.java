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
      set("amsgrad", false).set("decoupled_weight_decay", false).set("fused", true);
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
     * Sets whether all parameters are updated in a single native call, by libtorch's fused kernel,
     * as in PyTorch with {@code fused=True}. Otherwise each operator is a call, with the arithmetic
     * of PyTorch's default on the CPU, to the bit. The results differ in the last bits: to compare
     * a training with one in Python, use {@code fused(false)} here or {@code fused=True} there.
     * Default: true, which is faster.
     *
     * @param fused whether to use the fused kernel
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
  protected void update(ParamGroup group, Tensor parameter, Tensor gradient, ParameterState state) {
    step(group, parameter, gradient, state);
  }

  @Override
  void updateFused(ParamGroup group, List<ActiveParameter> all) {
    fused(FUSED, group, all);
  }

  // Shared with AdamW, which differs only in its weight decay

  static void initMaximum(ParamGroup group, ParameterState state) {
    if (group.flag("amsgrad")) {
      state.putZeros(MAX_EXP_AVG_SQ);
    }
  }

  static void step(ParamGroup group, Tensor parameter, Tensor gradient, ParameterState state) {
    average(group, gradient, state);
    double t = state.step();
    double correction1 = 1 - Math.pow(group.beta1(), t);
    double correction2 = 1 - Math.pow(group.beta2(), t);
    Tensor v = state.get(EXP_AVG_SQ);
    if (group.flag("amsgrad")) {
      Tensor largest = state.getOrPutZeros(MAX_EXP_AVG_SQ);
      Kernels.maximum_(largest, v);
      v = largest;
    }
    Tensor denominator = v.sqrt().div(Math.sqrt(correction2)).add_(group.number("eps"));
    parameter.addcdiv_(state.get(EXP_AVG), denominator, -(group.lr() / correction1));
  }

  static void fused(Op kernel, ParamGroup group, List<ActiveParameter> all) {
    boolean amsgrad = group.flag("amsgrad");
    kernel
        .start()
        .arg(ActiveParameter.data(all))
        .arg(ActiveParameter.gradients(all))
        .arg(ActiveParameter.states(all, EXP_AVG))
        .arg(ActiveParameter.states(all, EXP_AVG_SQ))
        .arg(amsgrad ? ActiveParameter.states(all, MAX_EXP_AVG_SQ) : List.of())
        .arg(ActiveParameter.states(all, ParameterState.STEP))
        .arg(group.lr())
        .arg(group.beta1())
        .arg(group.beta2())
        .arg(group.number("weight_decay"))
        .arg(group.number("eps"))
        .arg(amsgrad)
        .arg(group.flag("maximize"))
        .call();
  }
}
