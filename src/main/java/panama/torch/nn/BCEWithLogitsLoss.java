package panama.torch.nn;

import org.jspecify.annotations.Nullable;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Binary cross entropy of raw scores: -(posWeight target log σ(x) + (1 - target) log(1 - σ(x))).
 *
 * <p>Expects raw scores (logits): no sigmoid before it.
 */
public final class BCEWithLogitsLoss extends Loss {
  private final @Nullable Tensor weight;
  private final @Nullable Tensor posWeight;

  /** With PyTorch's defaults. */
  public BCEWithLogitsLoss() {
    this(builder());
  }

  private BCEWithLogitsLoss(Builder builder) {
    super(builder.reduction);
    weight = builder.weight == null ? null : registerBuffer("weight", builder.weight);
    posWeight = builder.posWeight == null ? null : registerBuffer("pos_weight", builder.posWeight);
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder extends Loss.Builder<Builder> {
    private @Nullable Tensor weight;
    private @Nullable Tensor posWeight;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** A weight for each element, broadcast to x. Default: null, all 1. */
    public Builder weight(@Nullable Tensor weight) {
      this.weight = weight;
      return this;
    }

    /**
     * A weight for positive answers, broadcast to x, such as (C): above 1 for recall, below 1 for
     * precision. Default: null, all 1.
     */
    public Builder posWeight(@Nullable Tensor posWeight) {
      this.posWeight = posWeight;
      return this;
    }

    /** The loss. */
    public BCEWithLogitsLoss build() {
      return new BCEWithLogitsLoss(this);
    }
  }

  /**
   * The loss.
   *
   * @param x raw scores of any shape
   * @param target probabilities in the shape of x
   * @throws ShapeException for another shape
   */
  public Tensor forward(Tensor x, Tensor target) {
    return call(
        x,
        in -> {
          checkSameShape(in, target);
          var op = Torch.op("aten::binary_cross_entropy_with_logits").arg(in).arg(target);
          return op.argOrNone(weight).argOrNone(posWeight).arg(reduction().code()).call().tensor();
        });
  }
}
