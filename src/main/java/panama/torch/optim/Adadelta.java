package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.internal.Arguments;

/**
 * Adadelta: Zeiler, "ADADELTA: an adaptive learning rate method" (2012).
 *
 * <pre>
 *   v = ρ v + (1 - ρ) g²
 *   Δ = √(u + ε) / √(v + ε) · g
 *   u = ρ u + (1 - ρ) Δ²
 *   θ = θ - lr Δ
 * </pre>
 *
 * <p>State: {@code step}, {@code square_avg} (v), {@code acc_delta} (u).
 */
public final class Adadelta extends ElementwiseOptimizer {
  private static final String SQUARE_AVG = "square_avg";
  private static final String ACC_DELTA = "acc_delta";
  private static final Op UPDATE = Torch.op("panama_torch::adadelta_");

  private Adadelta(Builder options) {
    super(options);
  }

  /**
   * Creates an optimizer with PyTorch's defaults: a learning rate of 1.
   *
   * @param parameters the parameters to optimize
   */
  public Adadelta(List<Tensor> parameters) {
    this(builder(parameters));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0
   */
  public Adadelta(List<Tensor> parameters, double lr) {
    this(builder(parameters).lr(lr));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate and ρ.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @param rho ρ, the decay rate of the moving averages, 0 to 1
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0, and ρ in
   *     [0, 1]
   */
  public Adadelta(List<Tensor> parameters, double lr, double rho) {
    this(builder(parameters).lr(lr).rho(rho));
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param parameters the parameters to optimize
   */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options of Adadelta. Default learning rate: 1. */
  public static final class Builder extends ElementwiseOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1);
      rho(0.9).eps(1e-6);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets ρ, the decay rate of both moving averages. Default: 0.9.
     *
     * @param rho ρ, 0 to 1
     * @return this builder
     * @throws IllegalArgumentException unless it is in [0, 1]
     */
    public Builder rho(double rho) {
      return set("rho", Arguments.fraction("rho", rho));
    }

    /**
     * Sets ε, which is added to both averages so that no root is 0. Default: 1e-6.
     *
     * @param eps ε, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public Builder eps(double eps) {
      return setNotNegative("eps", "eps", eps);
    }

    /** Returns the optimizer. */
    public Adadelta build() {
      return new Adadelta(this);
    }
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    state.putScalar(ParameterState.STEP, 0).putZeros(SQUARE_AVG).putZeros(ACC_DELTA);
  }

  @Override
  void update(ParamGroup group, List<ActiveParameter> all) {
    ActiveParameter.start(UPDATE, all, SQUARE_AVG, ACC_DELTA, ParameterState.STEP)
        .arg(group.lr())
        .arg(group.number("rho"))
        .arg(group.number("eps"))
        .arg(group.number("weight_decay"))
        .arg(group.flag("maximize"))
        .call();
  }
}
