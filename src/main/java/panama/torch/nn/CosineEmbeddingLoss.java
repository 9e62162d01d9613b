package panama.torch.nn;

import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Pulls two vectors together or pushes them apart: 1 - cos(x1, x2) where the target is 1, max(0,
 * cos(x1, x2) - margin) where it is -1.
 */
public final class CosineEmbeddingLoss extends Loss {
  private final double margin;

  /** With PyTorch's defaults. */
  public CosineEmbeddingLoss() {
    this(builder());
  }

  private CosineEmbeddingLoss(Builder builder) {
    super(builder.reduction);
    margin = builder.margin;
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder extends Loss.Builder<Builder> {
    private double margin;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** The cosine at which vectors are far enough apart, -1 to 1. Default: 0. */
    public Builder margin(double margin) {
      this.margin = margin;
      return this;
    }

    /** The loss. */
    public CosineEmbeddingLoss build() {
      return new CosineEmbeddingLoss(this);
    }
  }

  /**
   * The loss.
   *
   * @param x1 (N, H) or (H)
   * @param x2 in the shape of x1
   * @param target 1 or -1: (N) or ()
   * @throws ShapeException for shapes that do not fit together
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
    return Torch.op("aten::cosine_embedding_loss")
        .arg(x1)
        .arg(x2)
        .arg(target)
        .arg(margin)
        .arg(reduction().code())
        .call()
        .tensor();
  }
}
