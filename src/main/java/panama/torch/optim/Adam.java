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
 * <p>With amsgrad, the largest v so far stands in the denominator: Reddi et al., "On the
 * convergence of Adam and beyond" (2018).
 */
public final class Adam extends MomentOptimizer {
  private static final String MAX_EXP_AVG_SQ = "max_exp_avg_sq";
  private static final Op FUSED = Torch.op("aten::_fused_adam_");

  private Adam(Builder options) {
    super(options);
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options. Default of the learning rate: 0.001. */
  public static final class Builder extends MomentOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1e-3);
      set("amsgrad", false).set("decoupled_weight_decay", false).set("fused", true);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Whether the denominator takes the largest v so far. Default: false. */
    public Builder amsgrad(boolean amsgrad) {
      return set("amsgrad", amsgrad);
    }

    /**
     * Whether all parameters change in one native call, in libtorch's fused kernel, as PyTorch's do
     * with {@code fused=True}; otherwise by single operators, the arithmetic of PyTorch's default
     * on the CPU to the bit. The two differ in the last bits: compare trainings with Python at
     * {@code fused(false)}. Default: true, the faster.
     */
    public Builder fused(boolean fused) {
      return set("fused", fused);
    }

    /** The optimizer. */
    public Adam build() {
      return new Adam(this);
    }
  }

  @Override
  ParameterState newState(ParamGroup group, Tensor data) {
    return withMaximum(group, super.newState(group, data), data);
  }

  @Override
  void update(ParamGroup group, ActiveParameter p) {
    change(group, p);
  }

  @Override
  void updateFused(ParamGroup group, List<ActiveParameter> all) {
    fused(FUSED, group, all);
  }

  // What AdamW shares, which differs in its weight decay alone

  static ParameterState withMaximum(ParamGroup group, ParameterState state, Tensor data) {
    return group.flag("amsgrad") ? state.withZeros(MAX_EXP_AVG_SQ, data) : state;
  }

  static void change(ParamGroup group, ActiveParameter p) {
    average(group, p);
    double t = p.step();
    double correction1 = 1 - Math.pow(group.beta1(), t);
    double correction2 = 1 - Math.pow(group.beta2(), t);
    Tensor v = p.remembered(EXP_AVG_SQ);
    if (group.flag("amsgrad")) {
      Tensor largest = p.remembered(MAX_EXP_AVG_SQ);
      Kernels.maximum_(largest, v);
      v = largest;
    }
    Tensor denominator = v.sqrt().div(Math.sqrt(correction2)).add_(group.number("eps"));
    Kernels.addcdiv_(p.data(), p.remembered(EXP_AVG), denominator, -(group.lr() / correction1));
  }

  static void fused(Op kernel, ParamGroup group, List<ActiveParameter> all) {
    boolean amsgrad = group.flag("amsgrad");
    kernel
        .start()
        .arg(ActiveParameter.data(all))
        .arg(ActiveParameter.gradients(all))
        .arg(ActiveParameter.remembered(all, EXP_AVG))
        .arg(ActiveParameter.remembered(all, EXP_AVG_SQ))
        .arg(amsgrad ? ActiveParameter.remembered(all, MAX_EXP_AVG_SQ) : List.of())
        .arg(ActiveParameter.remembered(all, ParameterState.STEP))
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
