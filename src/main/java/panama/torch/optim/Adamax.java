package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Adam with an infinity norm in place of the second moment: Kingma and Ba (2015), section 7.
 *
 * <pre>
 *   m = β1 m + (1 - β1) g
 *   u = max(β2 u, |g| + ε)
 *   θ = θ - lr m / ((1 - β1^t) u)
 * </pre>
 *
 * <p>State: {@code step}, {@code exp_avg} (m), {@code exp_inf} (u).
 */
public final class Adamax extends MomentOptimizer {
  private static final String EXP_INF = "exp_inf";
  private static final Op UPDATE = Torch.op("panama_torch::adamax_");

  private Adamax(Builder options) {
    super(options);
  }

  /**
   * Creates an optimizer with PyTorch's defaults: a learning rate of 0.002.
   *
   * @param parameters the parameters to optimize
   */
  public Adamax(List<Tensor> parameters) {
    this(builder(parameters));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0
   */
  public Adamax(List<Tensor> parameters, double lr) {
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

  /** The options of Adamax. Default learning rate: 0.002. */
  public static final class Builder extends MomentOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 2e-3);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Returns the optimizer. */
    public Adamax build() {
      return new Adamax(this);
    }
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    state.putScalar(ParameterState.STEP, 0).putZeros(EXP_AVG).putZeros(EXP_INF);
  }

  @Override
  void update(ParamGroup group, List<ActiveParameter> all) {
    ActiveParameter.start(UPDATE, all, EXP_AVG, EXP_INF, ParameterState.STEP)
        .arg(group.lr())
        .arg(group.beta1())
        .arg(group.beta2())
        .arg(group.number("weight_decay"))
        .arg(group.number("eps"))
        .arg(group.flag("maximize"))
        .call();
  }
}
