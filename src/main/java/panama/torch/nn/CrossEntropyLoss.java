package panama.torch.nn;

import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.IndexException;
import panama.torch.Tensor;

/**
 * Cross entropy between scores and classes: mean over N of -log softmax(x)[class].
 *
 * <p>Expects raw scores (logits): no softmax before it.
 */
public final class CrossEntropyLoss extends Loss {
  private final @Nullable Tensor weight;
  private final long ignoreIndex;
  private final double labelSmoothing;

  /** Mean, without weights or smoothing; targets of -100 are ignored. */
  public CrossEntropyLoss() {
    this(builder());
  }

  private CrossEntropyLoss(Builder builder) {
    super(builder.reduction);
    weight = builder.weight == null ? null : registerBuffer("weight", builder.weight);
    ignoreIndex = builder.ignoreIndex;
    labelSmoothing = builder.labelSmoothing;
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder extends Loss.Builder<Builder> {
    private @Nullable Tensor weight;
    private long ignoreIndex = -100;
    private double labelSmoothing;

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

    /** The share of the target that is spread over all classes, 0 to 1. Default: 0. */
    public Builder labelSmoothing(double labelSmoothing) {
      this.labelSmoothing = Sizes.probability("labelSmoothing", labelSmoothing);
      return this;
    }

    /** The loss. */
    public CrossEntropyLoss build() {
      return new CrossEntropyLoss(this);
    }
  }

  /**
   * The loss.
   *
   * @param x scores: (C), (N, C) or (N, C, d1, ...)
   * @param target classes, INT64: (), (N) or (N, d1, ...); or probabilities in the shape of x
   * @throws ArgumentException for shapes or types that do not fit together
   * @throws IndexException for a class that is not there
   */
  public Tensor forward(Tensor x, Tensor target) {
    return call(x, in -> loss(in, target));
  }

  private Tensor loss(Tensor x, Tensor target) {
    boolean isOfClasses = !target.dtype().isFloatingPoint() || !target.shape().equals(x.shape());
    if (isOfClasses) {
      checkClasses(x, target, ", or probabilities of shape " + x.shape());
    }
    checkWeight(x, weight, isOfClasses);
    return Functional.crossEntropy(
        x, target, weight, reduction(), ignoreIndex, labelSmoothing);
  }
}
