package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/**
 * The squared error for small errors, the absolute error for large ones: (x - target)² / 2 where |x
 * - target| is below delta, delta (|x - target| - delta / 2) elsewhere. Huber, "Robust estimation
 * of a location parameter" (1964).
 */
public final class HuberLoss extends ElementwiseLoss<HuberLoss> {
  private final double delta;

  /** Creates a loss with PyTorch's defaults: the mean, delta = 1. */
  public HuberLoss() {
    this(builder());
  }

  /**
   * Creates a loss with a reduction and delta = 1.
   *
   * @param reduction how the losses of single elements are combined
   */
  public HuberLoss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  /**
   * Creates a loss with a reduction and delta.
   *
   * @param reduction how the losses of single elements are combined
   * @param delta the error at which the two formulas meet
   * @throws IllegalArgumentException unless delta is above 0
   */
  public HuberLoss(Reduction reduction, double delta) {
    this(builder().reduction(reduction).delta(delta));
  }

  private HuberLoss(Builder builder) {
    super(builder.reduction);
    delta = builder.delta;
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link HuberLoss}. */
  public static final class Builder extends Loss.Builder<Builder> {
    private double delta = 1;

    private Builder() {}

    /**
     * Sets the error at which the two formulas meet. Default: 1.
     *
     * @param delta the error, above 0
     * @return this builder
     * @throws IllegalArgumentException unless it is above 0
     */
    public Builder delta(double delta) {
      this.delta = Arguments.positive("delta", delta);
      return this;
    }

    /** Returns the loss. */
    public HuberLoss build() {
      return new HuberLoss(this);
    }
  }

  @Override
  Tensor loss(Tensor x, Tensor target) {
    return Functional.huberLoss(x, target, reduction(), delta);
  }
}
