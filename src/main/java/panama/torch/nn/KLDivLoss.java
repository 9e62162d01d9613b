package panama.torch.nn;

import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * Kullback-Leibler divergence: target (log target - x), of log probabilities x.
 *
 * <p>{@link Reduction#BATCHMEAN} is what the mathematical definition means; the default {@link
 * Reduction#MEAN} divides by the number of all elements.
 */
public final class KLDivLoss extends Loss {
  private final boolean logTarget;

  /** With PyTorch's defaults. */
  public KLDivLoss() {
    this(builder());
  }

  private KLDivLoss(Builder builder) {
    super(builder.reduction);
    logTarget = builder.logTarget;
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder extends Loss.Builder<Builder> {
    private boolean logTarget;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** Whether the target is given as logarithms, too. Default: false. */
    public Builder logTarget(boolean logTarget) {
      this.logTarget = logTarget;
      return this;
    }

    /** The loss. */
    public KLDivLoss build() {
      return new KLDivLoss(this);
    }
  }

  /**
   * The loss.
   *
   * @param x log probabilities of any shape
   * @param target probabilities, or their logarithms, in the shape of x
   * @throws ShapeException for another shape
   */
  public Tensor forward(Tensor x, Tensor target) {
    return call(
        x,
        in -> {
          checkSameShape(in, target);
          try (TensorScope scope = new TensorScope()) {
            Tensor loss =
                Torch.op("aten::kl_div")
                    .arg(in)
                    .arg(target)
                    .arg(reduction().code())
                    .arg("log_target", logTarget)
                    .call()
                    .tensor();
            boolean batch = reduction() == Reduction.BATCHMEAN && in.dim() != 0;
            return scope.keep(batch ? loss.div(in.size(0)) : loss);
          }
        });
  }
}
