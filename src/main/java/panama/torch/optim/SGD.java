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
 *   b = μ b + (1 - τ) g      (b = g at the first step)
 *   θ = θ - lr b             (nesterov: θ - lr (g + μ b))
 * </pre>
 */
public final class SGD extends ElementwiseOptimizer {
  private static final String BUFFER = "momentum_buffer";
  private static final Op FUSED = Torch.op("aten::_fused_sgd_");

  private SGD(Builder options) {
    super(options);
    for (ParamGroup group : paramGroups()) {
      if (group.flag("nesterov") && (group.momentum() <= 0 || group.number("dampening") != 0)) {
        throw new IllegalArgumentException(
            "nesterov: expected momentum > 0 and dampening 0 with it, got momentum=%s, dampening=%s"
                .formatted(group.momentum(), group.number("dampening")));
      }
    }
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options. Default of the learning rate: 0.001. */
  public static final class Builder extends ElementwiseOptimizer.Builder<Builder> {
    private Builder(List<Tensor> parameters) {
      super(parameters, 1e-3);
      set("momentum", 0.0).set("dampening", 0.0).set("nesterov", false).set("fused", true);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * μ, how long gradients are remembered. Default: 0.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public Builder momentum(double momentum) {
      return setNotNegative("momentum", "momentum", momentum);
    }

    /** τ, the share of the gradient that momentum leaves out. Default: 0. */
    public Builder dampening(double dampening) {
      return set("dampening", dampening);
    }

    /** Whether to look ahead along the momentum; needs one, and no dampening. Default: false. */
    public Builder nesterov(boolean nesterov) {
      return set("nesterov", nesterov);
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

    /**
     * The optimizer.
     *
     * @throws IllegalArgumentException for nesterov without momentum or with dampening
     */
    public SGD build() {
      return new SGD(this);
    }
  }

  @Override
  ParameterState newState(ParamGroup group, Tensor data) {
    ParameterState state = new ParameterState(data);
    return group.momentum() == 0 ? state : state.withZeros(BUFFER, data);
  }

  /** Whether the buffer is still to begin with the gradient. */
  private static boolean isFirst(ActiveParameter p) {
    return p.isNew() || p.state().find(BUFFER) == null;
  }

  @Override
  void update(ParamGroup group, ActiveParameter p) {
    double momentum = group.momentum();
    Tensor gradient = p.gradient();
    if (momentum != 0) {
      boolean first = isFirst(p);
      Tensor buffer = p.remembered(BUFFER);
      if (first) {
        buffer.copy_(gradient);
      } else {
        Kernels.add_(buffer.mul_(momentum), gradient, 1 - group.number("dampening"));
      }
      gradient = group.flag("nesterov") ? Kernels.add(gradient, buffer, momentum) : buffer;
    }
    Kernels.add_(p.data(), gradient, -group.lr());
  }

  @Override
  void updateFused(ParamGroup group, List<ActiveParameter> all) {
    if (group.momentum() == 0) {
      fused(group, all, List.of(), false);
      return;
    }
    List<ActiveParameter> first = new ArrayList<>();
    List<ActiveParameter> later = new ArrayList<>();
    all.forEach(p -> (isFirst(p) ? first : later).add(p));
    fused(group, first, ActiveParameter.remembered(first, BUFFER), true);
    fused(group, later, ActiveParameter.remembered(later, BUFFER), false);
  }

  private static void fused(
      ParamGroup group, List<ActiveParameter> all, List<Tensor> buffers, boolean first) {
    if (!all.isEmpty()) {
      FUSED
          .start()
          .arg(ActiveParameter.data(all))
          .arg(ActiveParameter.gradients(all))
          .arg(buffers)
          .arg(group.number("weight_decay"))
          .arg(group.momentum())
          .arg(group.lr())
          .arg(group.number("dampening"))
          .arg(group.flag("nesterov"))
          .arg(group.flag("maximize"))
          .arg(first)
          .call();
    }
  }
}
