package panama.torch.nn;

import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Negative log likelihood of counts under a Poisson distribution: exp(x) - target x, x the
 * logarithm of the expected count.
 */
public final class PoissonNLLLoss extends Loss {
  private final boolean logInput;
  private final boolean full;
  private final double eps;

  /** With PyTorch's defaults. */
  public PoissonNLLLoss() {
    this(builder());
  }

  private PoissonNLLLoss(Builder builder) {
    super(builder.reduction);
    logInput = builder.logInput;
    full = builder.full;
    eps = builder.eps;
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder extends Loss.Builder<Builder> {
    private boolean logInput = true;
    private boolean full;
    private double eps = 1e-8;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** Whether x is a logarithm; otherwise the loss is x - target log(x + eps). Default: true. */
    public Builder logInput(boolean logInput) {
      this.logInput = logInput;
      return this;
    }

    /** Whether Stirling's approximation of log(target!) is added. Default: false. */
    public Builder full(boolean full) {
      this.full = full;
      return this;
    }

    /** Keeps log(0) away where logInput is false. Default: 1e-8. */
    public Builder eps(double eps) {
      this.eps = eps;
      return this;
    }

    /** The loss. */
    public PoissonNLLLoss build() {
      return new PoissonNLLLoss(this);
    }
  }

  /**
   * The loss.
   *
   * @param x of any shape
   * @param target counts in the shape of x
   * @throws ShapeException for another shape
   */
  public Tensor forward(Tensor x, Tensor target) {
    return call(
        x,
        in -> {
          checkSameShape(in, target);
          return Torch.op("aten::poisson_nll_loss")
              .arg(in)
              .arg(target)
              .arg(logInput)
              .arg(full)
              .arg(eps)
              .arg(reduction().code())
              .call()
              .tensor();
        });
  }
}
