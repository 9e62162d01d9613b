package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Adagrad: Duchi et al., "Adaptive subgradient methods for online learning and stochastic
 * optimization" (2011), with η the decay of the learning rate.
 *
 * <pre>
 *   s = s + g²
 *   θ = θ - lr / (1 + (t - 1) η) · g / (√s + ε)
 * </pre>
 */
public final class Adagrad extends ElementwiseOptimizer {
  private static final String SUM = "sum";
  private static final Op FUSED = Torch.op("aten::_fused_adagrad_");

  private Adagrad(Builder options) {
    super(options);
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options. Default of the learning rate: 0.01. */
  public static final class Builder extends ElementwiseOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1e-2);
      lrDecay(0).initialAccumulatorValue(0).eps(1e-10).fused(true);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * η. Default: 0.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public Builder lrDecay(double lrDecay) {
      return setNotNegative("lr_decay", "lrDecay", lrDecay);
    }

    /**
     * What s starts from. Default: 0.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public Builder initialAccumulatorValue(double initialAccumulatorValue) {
      return setNotNegative(
          "initial_accumulator_value", "initialAccumulatorValue", initialAccumulatorValue);
    }

    /**
     * ε, which keeps the denominator from 0. Default: 1e-10.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public Builder eps(double eps) {
      return setNotNegative("eps", "eps", eps);
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
    public Adagrad build() {
      return new Adagrad(this);
    }
  }

  @Override
  ParameterState newState(ParamGroup group, Tensor data) {
    double initial = group.number("initial_accumulator_value");
    return new ParameterState(data).withStep().with(SUM, Torch.zerosLike(data).fill_(initial));
  }

  @Override
  void update(ParamGroup group, ActiveParameter p) {
    double lr = group.lr() / (1 + (p.step() - 1) * group.number("lr_decay"));
    Tensor sum = p.remembered(SUM);
    Kernels.addcmul_(sum, p.gradient(), p.gradient(), 1);
    Kernels.addcdiv_(p.data(), p.gradient(), sum.sqrt().add_(group.number("eps")), -lr);
  }

  @Override
  void updateFused(ParamGroup group, List<ActiveParameter> all) {
    FUSED
        .start()
        .arg(ActiveParameter.data(all))
        .arg(ActiveParameter.gradients(all))
        .arg(ActiveParameter.remembered(all, SUM))
        .arg(ActiveParameter.remembered(all, ParameterState.STEP))
        .arg(group.lr())
        .arg(group.number("lr_decay"))
        .arg(group.number("weight_decay"))
        .arg(group.number("eps"))
        .arg(group.flag("maximize"))
        .call();
  }
}
