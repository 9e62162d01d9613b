package panama.torch.optim;

import java.util.List;
import panama.torch.Tensor;

/**
 * Adadelta: Zeiler, "ADADELTA: an adaptive learning rate method" (2012).
 *
 * <pre>
 *   v = ρ v + (1 - ρ) g²
 *   Δ = √(u + ε) / √(v + ε) · g
 *   u = ρ u + (1 - ρ) Δ²
 *   θ = θ - lr Δ
 * </pre>
 */
public final class Adadelta extends ElementwiseOptimizer {
  private static final String SQUARE_AVG = "square_avg";
  private static final String ACC_DELTA = "acc_delta";

  private Adadelta(Builder options) {
    super(options);
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder(List<Tensor> parameters) {
    return new Builder(parameters);
  }

  /** The options. Default of the learning rate: 1. */
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
     * ρ, how long squares are remembered. Default: 0.9.
     *
     * @throws IllegalArgumentException unless it is in [0, 1]
     */
    public Builder rho(double rho) {
      if (!(rho >= 0 && rho <= 1)) {
        throw new IllegalArgumentException("rho: expected 0 <= rho <= 1, got " + rho);
      }
      return set("rho", rho);
    }

    /**
     * ε, which keeps the denominator from 0. Default: 1e-6.
     *
     * @throws IllegalArgumentException unless it is a number from 0 up
     */
    public Builder eps(double eps) {
      return setNotNegative("eps", "eps", eps);
    }

    /** The optimizer. */
    public Adadelta build() {
      return new Adadelta(this);
    }
  }

  @Override
  ParameterState newState(ParamGroup group, Tensor data) {
    return new ParameterState(data)
        .withStep()
        .withZeros(SQUARE_AVG, data)
        .withZeros(ACC_DELTA, data);
  }

  @Override
  void update(ParamGroup group, ActiveParameter p) {
    double rho = group.number("rho");
    double eps = group.number("eps");
    Tensor square = p.remembered(SQUARE_AVG);
    Tensor changes = p.remembered(ACC_DELTA);
    Kernels.averageSquare_(square, p.gradient(), rho);
    Tensor deviation = Kernels.sqrt_(square.add(eps));
    Tensor change = Kernels.sqrt_(changes.add(eps)).div_(deviation).mul_(p.gradient());
    Kernels.averageSquare_(changes, change, rho);
    Kernels.add_(p.data(), change, -group.lr());
  }
}
