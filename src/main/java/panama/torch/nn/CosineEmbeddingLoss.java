package panama.torch.nn;

import panama.torch.ShapeException;
import panama.torch.Tensor;

/**
 * A loss that makes pairs of vectors similar or dissimilar, by the cosine of their angle: 1 -
 * cos(x1, x2) where the target is 1, max(0, cos(x1, x2) - margin) where it is -1.
 */
public final class CosineEmbeddingLoss extends Loss<CosineEmbeddingLoss> {
  private final double margin;

  /** Creates a loss with PyTorch's defaults: the mean, margin 0. */
  public CosineEmbeddingLoss() {
    this(builder());
  }

  /**
   * Creates a loss that takes the mean.
   *
   * @param margin the cosine above which dissimilar vectors are penalized, -1 to 1
   */
  public CosineEmbeddingLoss(double margin) {
    this(builder().margin(margin));
  }

  /**
   * Creates a loss with a reduction and margin 0.
   *
   * @param reduction how the losses of single elements are combined
   */
  public CosineEmbeddingLoss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  private CosineEmbeddingLoss(Builder builder) {
    super(builder.reduction);
    margin = builder.margin;
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link CosineEmbeddingLoss}. */
  public static final class Builder extends Loss.Builder<Builder> {
    private double margin;

    private Builder() {}

    /**
     * Sets the cosine above which dissimilar vectors are penalized, -1 to 1. Default: 0.
     *
     * @param margin the cosine, -1 to 1
     * @return this builder
     */
    public Builder margin(double margin) {
      this.margin = margin;
      return this;
    }

    /** Returns the loss. */
    public CosineEmbeddingLoss build() {
      return new CosineEmbeddingLoss(this);
    }
  }

  /**
   * Returns the loss.
   *
   * @param x1 (N, H) or (H)
   * @param x2 in the shape of x1
   * @param target 1 for similar vectors, -1 for dissimilar ones: (N) or ()
   * @return a scalar, or with {@link Reduction#NONE} a tensor in the shape of target
   * @throws ShapeException if the shapes do not fit together
   */
  public Tensor forward(Tensor x1, Tensor x2, Tensor target) {
    return call(x1, in -> loss(in, x2, target));
  }

  private Tensor loss(Tensor x1, Tensor x2, Tensor target) {
    if (!x2.shape().equals(x1.shape())) {
      throw new ShapeException(
          "x2: expected shape %s, that of x1, got %s".formatted(x1.shape(), x2.shape()));
    }
    if (target.dim() != x1.dim() - 1) {
      throw new ShapeException(
          "target: expected %s for x1 of shape %s, got shape %s"
              .formatted(x1.dim() == 1 ? "a scalar" : "shape (N)", x1.shape(), target.shape()));
    }
    return Functional.cosineEmbeddingLoss(x1, x2, target, margin, reduction());
  }
}
