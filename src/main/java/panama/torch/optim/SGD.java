package panama.torch.optim;

import java.util.ArrayList;
import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Stochastic gradient descent, with momentum μ and dampening τ: Sutskever et al., "On the
 * importance of initialization and momentum in deep learning" (2013), in PyTorch's form:
 *
 * <pre>
 *   b = μ b + (1 - τ) g      (first step: b = g)
 *   θ = θ - lr b             (Nesterov: θ - lr (g + μ b))
 * </pre>
 *
 * <p>State: with momentum, {@code momentum_buffer} (b).
 */
public final class SGD extends ElementwiseOptimizer {
  private static final String BUFFER = "momentum_buffer";
  private static final Op UPDATE = Torch.op("panama_torch::sgd_");
  private static final Op FUSED = Torch.op("aten::_fused_sgd_");

  private SGD(Builder options) {
    super(options);
    for (ParamGroup group : paramGroups()) {
      if (group.flag("nesterov") && (group.momentum() <= 0 || group.number("dampening") != 0)) {
        throw new IllegalArgumentException(
            "nesterov: expected momentum > 0 and dampening 0 with it, got momentum=%s, dampening=%s;"
                    .formatted(group.momentum(), group.number("dampening"))
                + " use .momentum(0.9)");
      }
    }
  }

  /**
   * Creates an optimizer with PyTorch's defaults: a learning rate of 0.001.
   *
   * @param parameters the parameters to optimize
   */
  public SGD(List<Tensor> parameters) {
    this(builder(parameters));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @throws IllegalArgumentException unless the learning rate is finite and at least 0
   */
  public SGD(List<Tensor> parameters, double lr) {
    this(builder(parameters).lr(lr));
  }

  /**
   * Creates an optimizer with PyTorch's defaults but for the learning rate and the momentum μ.
   *
   * @param parameters the parameters to optimize
   * @param lr the learning rate, finite and at least 0
   * @param momentum the momentum μ, finite and at least 0
   * @throws IllegalArgumentException unless both are finite and at least 0
   */
  public SGD(List<Tensor> parameters, double lr, double momentum) {
    this(builder(parameters).lr(lr).momentum(momentum));
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param parameters the parameters to optimize
   */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options of SGD. Default learning rate: 0.001. */
  public static final class Builder extends ElementwiseOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1e-3);
      set("momentum", 0.0).set("dampening", 0.0).set("nesterov", false).set("fused", null);
    }

    @Override
    Builder self() {
      return this;
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
     * Sets the dampening τ: the buffer takes 1 - τ times the gradient. Default: 0.
     *
     * @param dampening τ
     * @return this builder
     */
    public Builder dampening(double dampening) {
      return set("dampening", dampening);
    }

    /**
     * Sets whether to use Nesterov momentum, which needs a momentum and no dampening. Default:
     * false.
     *
     * @param nesterov whether to use Nesterov momentum
     * @return this builder
     */
    public Builder nesterov(boolean nesterov) {
      return set("nesterov", nesterov);
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

    /**
     * Returns the optimizer.
     *
     * @throws IllegalArgumentException for Nesterov momentum without momentum or with dampening
     */
    public SGD build() {
      return new SGD(this);
    }
  }

  @Override
  protected void initState(ParamGroup group, Tensor parameter, ParameterState state) {
    if (group.momentum() != 0) {
      state.putZeros(BUFFER);
    }
  }

  @Override
  void update(ParamGroup group, List<ActiveParameter> all) {
    byFirst(
        group,
        all,
        (some, buffers, first) ->
            ActiveParameter.start(UPDATE, some)
                .arg(buffers)
                .arg(group.lr())
                .arg(group.momentum())
                .arg(group.number("dampening"))
                .arg(group.number("weight_decay"))
                .arg(group.flag("nesterov"))
                .arg(group.flag("maximize"))
                .arg(first)
                .call());
  }

  @Override
  void updateFused(ParamGroup group, List<ActiveParameter> all) {
    byFirst(
        group,
        all,
        (some, buffers, first) ->
            ActiveParameter.start(FUSED, some)
                .arg(buffers)
                .arg(group.number("weight_decay"))
                .arg(group.momentum())
                .arg(group.lr())
                .arg(group.number("dampening"))
                .arg(group.flag("nesterov"))
                .arg(group.flag("maximize"))
                .arg(first)
                .call());
  }

  /** Updates parameters, all for the first time or none. */
  private interface Update {
    void call(List<ActiveParameter> parameters, List<Tensor> buffers, boolean first);
  }

  /** Separates the parameters whose buffer has to be set to the gradient from the others. */
  private static void byFirst(ParamGroup group, List<ActiveParameter> all, Update update) {
    if (group.momentum() == 0) {
      update.call(all, List.of(), false);
      return;
    }
    List<ActiveParameter> first = new ArrayList<>();
    List<ActiveParameter> later = new ArrayList<>();
    for (ActiveParameter parameter : all) {
      ParameterState state = parameter.state();
      (state.isNew() || !state.has(BUFFER) ? first : later).add(parameter);
    }
    if (!first.isEmpty()) {
      update.call(first, ActiveParameter.states(first, BUFFER), true);
    }
    if (!later.isEmpty()) {
      update.call(later, ActiveParameter.states(later, BUFFER), false);
    }
  }
}
