package panama.torch.nn;

import org.jspecify.annotations.Nullable;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * Binary cross entropy: -(target log x + (1 - target) log(1 - x)), logarithms no less than -100.
 *
 * <p>Expects probabilities; {@link BCEWithLogitsLoss} takes raw scores and is exact at the ends.
 */
public final class BCELoss extends Loss {
  private final @Nullable Tensor weight;

  /** With PyTorch's defaults. */
  public BCELoss() {
    this(builder());
  }

  private BCELoss(Builder builder) {
    super(builder.reduction);
    weight = builder.weight == null ? null : registerBuffer("weight", builder.weight);
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder extends Loss.Builder<Builder> {
    private @Nullable Tensor weight;

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

    /** The loss. */
    public BCELoss build() {
      return new BCELoss(this);
    }
  }

  /**
   * The loss.
   *
   * @param x probabilities of any shape
   * @param target probabilities in the shape of x
   * @throws ShapeException for another shape
   */
  public Tensor forward(Tensor x, Tensor target) {
    return call(
        x,
        in -> {
          checkSameShape(in, target);
          try (TensorScope scope = new TensorScope()) {
            var op = Torch.op("aten::binary_cross_entropy").arg(in).arg(target);
            Tensor expanded = weight == null ? null : weight.expand(in.shape().toArray());
            return scope.keep(op.argOrNone(expanded).arg(reduction().code()).call().tensor());
          }
        });
  }
}
