package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * RMSprop: Hinton, lecture 6 of "Neural networks for machine learning" (2012); centered, Graves,
 * "Generating sequences with recurrent neural networks" (2013).
 *
 * <pre>
 *   v = α v + (1 - α) g²
 *   a = α a + (1 - α) g                    (centered)
 *   d = √v + ε                             (centered: √(v - a²) + ε)
 *   b = μ b + g / d
 *   θ = θ - lr b                           (without momentum: θ - lr g / d)
 * </pre>
 *
 * <p>State: {@code step}, {@code square_avg} (v), with momentum {@code momentum_buffer} (b), and
 * centered {@code grad_avg} (a).
 */
public final class RMSprop extends ElementwiseOptimizer {
  private static final String SQUARE_AVG = "square_avg";
  private static final String GRAD_AVG = "grad_avg";
  private static final String BUFFER = "momentum_buffer";
  private static final Op UPDATE = Torch.op("panama_torch::rmsprop_");

  private RMSprop(Builder options) {
    super(options);
  }

  /**
   * Creates an optimizer with PyTorch's defaults: a learning rate of 0.01.
   *
   * @param parameters the parameters to optimize
   */
  public RMSprop(List<Tensor> parameters) {
    this(builder(parameters));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0
   */
  public RMSprop(List<Tensor> parameters, double lr) {
    this(builder(parameters).lr(lr));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate and the smoothing
   * constant α.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @param alpha the smoothing constant α, finite and at least 0
   * @throws IllegalArgumentException unless both are finite and at least 0
   */
  public RMSprop(List<Tensor> parameters, double lr, double alpha) {
    this(builder(parameters).lr(lr).alpha(alpha));
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param parameters the parameters to optimize
   */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options of RMSprop. Default learning rate: 0.01. */
  public static final class Builder extends ElementwiseOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1e-2);
      alpha(0.99).eps(1e-8).momentum(0).centered(false);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the smoothing constant α, the decay rate of the averages v and a. Default: 0.99.
     *
     * @param alpha α, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public Builder alpha(double alpha) {
      return setNotNegative("alpha", "alpha", alpha);
    }

    /**
     * Sets ε, which is added to the denominator so that it is never 0. Default: 1e-8.
     *
     * @param eps ε, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public Builder eps(double eps) {
      return setNotNegative("eps", "eps", eps);
    }

    /**
     * Sets the momentum μ, the decay rate of the buffer b; 0 stands for no momentum. Default: 0.
     *
     * @param momentum μ, finite and at least 0
     * @return this builder
     * @throws IllegalArgumentException unless it is finite and at least 0
     */
    public Builder momentum(double momentum) {
      return setNotNegative("momentum", "momentum", momentum);
    }

    /**
     * Sets whether the gradient is divided by an estimate of its standard deviation instead of its
     * root mean square. Default: false.
     *
     * @param centered whether to center
     * @return this builder
     */
    public Builder centered(boolean centered) {
      return set("centered", centered);
    }

    /** Returns the optimizer. */
    public RMSprop build() {
      return new RMSprop(this);
    }
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    state.putScalar(ParameterState.STEP, 0).putZeros(SQUARE_AVG);
    if (group.momentum() > 0) {
      state.putZeros(BUFFER);
    }
    if (group.flag("centered")) {
      state.putZeros(GRAD_AVG);
    }
  }

  @Override
  void update(ParamGroup group, List<ActiveParameter> all) {
    boolean centered = group.flag("centered");
    double momentum = group.momentum();
    ActiveParameter.start(UPDATE, all, SQUARE_AVG)
        .arg(centered ? ActiveParameter.states(all, GRAD_AVG) : List.of())
        .arg(momentum > 0 ? ActiveParameter.states(all, BUFFER) : List.of())
        .arg(ActiveParameter.states(all, ParameterState.STEP))
        .arg(group.lr())
        .arg(group.number("alpha"))
        .arg(group.number("eps"))
        .arg(group.number("weight_decay"))
        .arg(momentum)
        .arg(centered)
        .arg(group.flag("maximize"))
        .call();
  }
}
