package panama.torch.nn;

import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Negative log likelihood: mean over N of -x[class], weighted.
 *
 * <p>Expects log probabilities, such as {@link LogSoftmax} makes; {@link CrossEntropyLoss} is both
 * in one.
 */
public final class NLLLoss extends Loss {
  private final @Nullable Tensor weight;
  private final long ignoreIndex;

  /** With PyTorch's defaults. */
  public NLLLoss() {
    this(builder());
  }

  private NLLLoss(Builder builder) {
    super(builder.reduction);
    weight = builder.weight == null ? null : registerBuffer("weight", builder.weight);
    ignoreIndex = builder.ignoreIndex;
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder extends Loss.Builder<Builder> {
    private @Nullable Tensor weight;
    private long ignoreIndex = -100;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** A weight for each class, (C). Default: null, all 1. */
    public Builder weight(@Nullable Tensor weight) {
      this.weight = weight;
      return this;
    }

    /** The class that does not count. Default: -100. */
    public Builder ignoreIndex(long ignoreIndex) {
      this.ignoreIndex = ignoreIndex;
      return this;
    }

    /** The loss. */
    public NLLLoss build() {
      return new NLLLoss(this);
    }
  }

  /**
   * The loss.
   *
   * @param x log probabilities: (C), (N, C) or (N, C, d1, ...)
   * @param target classes, INT64: (), (N) or (N, d1, ...)
   * @throws ArgumentException for shapes or types that do not fit together
   * @throws IndexException for a class that is not there
   */
  public Tensor forward(Tensor x, Tensor target) {
    return call(x, in -> loss(in, target));
  }

  private Tensor loss(Tensor x, Tensor target) {
    checkClasses(x, target, "");
    checkWeight(x, weight, true);
    return Torch.op("aten::nll_loss_nd")
        .arg(x)
        .arg(target)
        .argOrNone(weight)
        .arg(reduction().code())
        .arg(ignoreIndex)
        .call()
        .tensor();
  }
}
