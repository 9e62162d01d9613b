package panama.torch.nn;

import panama.torch.Tensor;

/**
 * The negative log likelihood of counts under a Poisson distribution: exp(x) - target x, where x is
 * the logarithm of the expected count.
 */
public final class PoissonNLLLoss extends ElementwiseLoss<PoissonNLLLoss> {
  private final boolean logInput;
  private final boolean full;
  private final double eps;

  /** Creates a loss with PyTorch's defaults: x is a logarithm, no Stirling term, the mean. */
  public PoissonNLLLoss() {
    this(builder());
  }

  /**
   * Creates a loss with a reduction and PyTorch's other defaults.
   *
   * @param reduction how the losses of single elements are combined
   */
  public PoissonNLLLoss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  /**
   * Creates a loss that takes the mean, without the Stirling term.
   *
   * @param logInput whether x is the logarithm of the expected count; see {@link Builder#logInput}
   */
  public PoissonNLLLoss(boolean logInput) {
    this(builder().logInput(logInput));
  }

  /**
   * Creates a loss that takes the mean.
   *
   * @param logInput whether x is the logarithm of the expected count; see {@link Builder#logInput}
   * @param full whether the Stirling term is added; see {@link Builder#full}
   */
  public PoissonNLLLoss(boolean logInput, boolean full) {
    this(builder().logInput(logInput).full(full));
  }

  private PoissonNLLLoss(Builder builder) {
    super(builder.reduction);
    logInput = builder.logInput;
    full = builder.full;
    eps = builder.eps;
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link PoissonNLLLoss}. */
  public static final class Builder extends Loss.Builder<Builder> {
    private boolean logInput = true;
    private boolean full;
    private double eps = 1e-8;

    private Builder() {}

    /**
     * Sets whether x is the logarithm of the expected count. Otherwise x is the count itself, and
     * the loss is x - target log(x + eps). Default: true.
     *
     * @param logInput whether x is a logarithm
     * @return this builder
     */
    public Builder logInput(boolean logInput) {
      this.logInput = logInput;
      return this;
    }

    /**
     * Sets whether Stirling's approximation of log(target!) is added for targets above 1: target
     * log(target) - target + log(2π target) / 2. Default: false.
     *
     * @param full whether to add the approximation
     * @return this builder
     */
    public Builder full(boolean full) {
      this.full = full;
      return this;
    }

    /**
     * Sets the summand that avoids log(0) if logInput is false. Default: 1e-8.
     *
     * @param eps the summand
     * @return this builder
     */
    public Builder eps(double eps) {
      this.eps = eps;
      return this;
    }

    /** Returns the loss. */
    public PoissonNLLLoss build() {
      return new PoissonNLLLoss(this);
    }
  }

  @Override
  Tensor loss(Tensor x, Tensor target) {
    return Functional.poissonNllLoss(x, target, logInput, full, eps, reduction());
  }
}
