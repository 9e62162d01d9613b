package panama.torch.nn;

import panama.torch.Tensor;

/**
 * The Kullback-Leibler divergence: target (log target - x), where x are log probabilities, such as
 * {@link LogSoftmax} returns, and target are probabilities.
 *
 * <p>{@link Reduction#BATCHMEAN} gives the divergence as it is defined; the default {@link
 * Reduction#MEAN} divides by the number of all elements instead of N.
 */
public final class KLDivLoss extends ElementwiseLoss<KLDivLoss> {
  private final boolean logTarget;

  /**
   * Creates a loss with PyTorch's defaults: the mean over all elements, target of probabilities.
   */
  public KLDivLoss() {
    this(builder());
  }

  /**
   * Creates a loss with a reduction, target of probabilities.
   *
   * @param reduction how the losses of single elements are combined
   */
  public KLDivLoss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  /**
   * Creates a loss with a reduction.
   *
   * @param reduction how the losses of single elements are combined
   * @param logTarget whether the target is given as log probabilities, too
   */
  public KLDivLoss(Reduction reduction, boolean logTarget) {
    this(builder().reduction(reduction).logTarget(logTarget));
  }

  private KLDivLoss(Builder builder) {
    super(builder.reduction);
    logTarget = builder.logTarget;
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link KLDivLoss}. */
  public static final class Builder extends Loss.Builder<Builder> {
    private boolean logTarget;

    private Builder() {}

    /**
     * Sets whether the target is given as log probabilities, too. Default: false.
     *
     * @param logTarget whether the target is given as log probabilities
     * @return this builder
     */
    public Builder logTarget(boolean logTarget) {
      this.logTarget = logTarget;
      return this;
    }

    /** Returns the loss. */
    public KLDivLoss build() {
      return new KLDivLoss(this);
    }
  }

  @Override
  Tensor loss(Tensor x, Tensor target) {
    return Functional.klDiv(x, target, reduction(), logTarget);
  }
}
