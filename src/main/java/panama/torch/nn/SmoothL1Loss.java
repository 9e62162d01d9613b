package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/**
 * The squared error for small errors, the absolute error for large ones: (x - target)² / (2 beta)
 * where |x - target| is below beta, |x - target| - beta / 2 elsewhere. Girshick, "Fast R-CNN"
 * (2015).
 */
public final class SmoothL1Loss extends ElementwiseLoss<SmoothL1Loss> {
  private final double beta;

  /** Creates a loss with PyTorch's defaults: the mean, beta = 1. */
  public SmoothL1Loss() {
    this(builder());
  }

  /**
   * Creates a loss with a reduction and beta = 1.
   *
   * @param reduction how the losses of single elements are combined
   */
  public SmoothL1Loss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  /**
   * Creates a loss with a reduction and beta.
   *
   * @param reduction how the losses of single elements are combined
   * @param beta the error at which the two formulas meet; at 0 the loss is {@link L1Loss}
   * @throws IllegalArgumentException if beta is below 0
   */
  public SmoothL1Loss(Reduction reduction, double beta) {
    this(builder().reduction(reduction).beta(beta));
  }

  private SmoothL1Loss(Builder builder) {
    super(builder.reduction);
    beta = builder.beta;
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link SmoothL1Loss}. */
  public static final class Builder extends Loss.Builder<Builder> {
    private double beta = 1;

    private Builder() {}

    /**
     * Sets the error at which the two formulas meet; at 0 the loss is {@link L1Loss}. Default: 1.
     *
     * @param beta the error, at least 0
     * @return this builder
     * @throws IllegalArgumentException if it is below 0
     */
    public Builder beta(double beta) {
      this.beta = Arguments.notNegative("beta", beta);
      return this;
    }

    /** Returns the loss. */
    public SmoothL1Loss build() {
      return new SmoothL1Loss(this);
    }
  }

  @Override
  Tensor loss(Tensor x, Tensor target) {
    // As PyTorch: the quotient by beta is not defined at 0.
    return beta == 0
        ? Functional.l1Loss(x, target, reduction())
        : Functional.smoothL1Loss(x, target, reduction(), beta);
  }
}
