package panama.torch.nn;

import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Cross entropy between scores and classes: mean over N of -log softmax(x)[class].
 *
 * <p>Expects raw scores (logits): no softmax before it.
 */
public final class CrossEntropyLoss extends Module {
  private final @Nullable Tensor weight;
  private final long ignoreIndex;
  private final Reduction reduction;
  private final double labelSmoothing;

  /** Mean, without weights or smoothing; targets of -100 are ignored. */
  public CrossEntropyLoss() {
    this(builder());
  }

  private CrossEntropyLoss(Builder builder) {
    weight = builder.weight == null ? null : registerBuffer("weight", builder.weight);
    ignoreIndex = builder.ignoreIndex;
    reduction = builder.reduction;
    labelSmoothing = builder.labelSmoothing;
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder {
    private @Nullable Tensor weight;
    private long ignoreIndex = -100;
    private Reduction reduction = Reduction.MEAN;
    private double labelSmoothing;

    private Builder() {}

    /** A weight for each class, (C). Default: all 1. */
    public Builder weight(Tensor weight) {
      this.weight = weight;
      return this;
    }

    /** The class that does not count. Default: -100. */
    public Builder ignoreIndex(long ignoreIndex) {
      this.ignoreIndex = ignoreIndex;
      return this;
    }

    /** Default: {@link Reduction#MEAN}. */
    public Builder reduction(Reduction reduction) {
      this.reduction = reduction;
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
   * @throws IllegalArgumentException for shapes or types that do not fit together
   * @throws IndexOutOfBoundsException for a class that is not there
   */
  public Tensor forward(Tensor x, Tensor target) {
    Shape scores = x.shape();
    Shape classes = target.shape();
    boolean probabilities = target.dtype().isFloatingPoint() && classes.equals(scores);
    if (scores.dim() == 0) {
      throw new IllegalArgumentException("x: expected (C), (N, C) or (N, C, ...), got a scalar");
    }
    if (!probabilities) {
      if (target.dtype() != DType.INT64) {
        throw new IllegalArgumentException(
            "target: expected classes of int64, or probabilities of shape %s, got %s%s; convert classes with .to(DType.INT64)"
                .formatted(scores, target.dtype(), classes));
      }
      if (!classes.equals(withoutClasses(scores))) {
        throw new IllegalArgumentException(
            "target: expected shape %s for x of shape %s, whose dimension %d is C, got %s"
                .formatted(withoutClasses(scores), scores, scores.dim() == 1 ? 0 : 1, classes));
      }
    }
    return Torch.crossEntropyLoss(x, target, weight, reduction.code(), ignoreIndex, labelSmoothing);
  }

  private static Shape withoutClasses(Shape scores) {
    long[] sizes = new long[scores.dim() - 1];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = scores.size(i == 0 ? 0 : i + 1);
    }
    return Shape.of(sizes);
  }
}
