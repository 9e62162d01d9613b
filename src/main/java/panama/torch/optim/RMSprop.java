package panama.torch.optim;

import java.util.List;
import panama.torch.Tensor;

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
 */
public final class RMSprop extends ElementwiseOptimizer {
  private static final String SQUARE_AVG = "square_avg";
  private static final String GRAD_AVG = "grad_avg";
  private static final String BUFFER = "momentum_buffer";

  private RMSprop(Builder options) {
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
      alpha(0.99).eps(1e-8).momentum(0).centered(false);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * α, how long squares are remembered. Default: 0.99.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public Builder alpha(double alpha) {
      return setNotNegative("alpha", "alpha", alpha);
    }

    /**
     * ε, which keeps the denominator from 0. Default: 1e-8.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public Builder eps(double eps) {
      return setNotNegative("eps", "eps", eps);
    }

    /**
     * μ, how long steps are remembered. Default: 0.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public Builder momentum(double momentum) {
      return setNotNegative("momentum", "momentum", momentum);
    }

    /** Whether the mean is taken out of the square. Default: false. */
    public Builder centered(boolean centered) {
      return set("centered", centered);
    }

    /** The optimizer. */
    public RMSprop build() {
      return new RMSprop(this);
    }
  }

  @Override
  ParameterState newState(ParamGroup group, Tensor data) {
    ParameterState state = new ParameterState(data).withStep().withZeros(SQUARE_AVG, data);
    if (group.momentum() > 0) {
      state.withZeros(BUFFER, data);
    }
    if (group.flag("centered")) {
      state.withZeros(GRAD_AVG, data);
    }
    return state;
  }

  @Override
  void update(ParamGroup group, ActiveParameter p) {
    double alpha = group.number("alpha");
    Tensor square = p.remembered(SQUARE_AVG);
    Kernels.averageSquare_(square, p.gradient(), alpha);
    Tensor denominator;
    if (group.flag("centered")) {
      Tensor mean = p.remembered(GRAD_AVG);
      Kernels.lerp_(mean, p.gradient(), 1 - alpha);
      denominator = Kernels.sqrt_(Kernels.addcmul(square, mean, mean, -1));
    } else {
      denominator = square.sqrt();
    }
    denominator.add_(group.number("eps"));
    double momentum = group.momentum();
    if (momentum > 0) {
      Tensor buffer = p.remembered(BUFFER).mul_(momentum);
      Kernels.addcdiv_(buffer, p.gradient(), denominator, 1);
      Kernels.add_(p.data(), buffer, -group.lr());
    } else {
      Kernels.addcdiv_(p.data(), p.gradient(), denominator, -group.lr());
    }
  }
}
