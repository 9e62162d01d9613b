package panama.torch.nn;

import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Squared error below delta, absolute error above: (x - target)² / 2 where |x - target| is below
 * delta, delta (|x - target| - delta / 2) elsewhere. Huber, "Robust estimation of a location
 * parameter" (1964).
 */
public final class HuberLoss extends Loss {
  private final double delta;

  /** With PyTorch's defaults. */
  public HuberLoss() {
    this(builder());
  }

  private HuberLoss(Builder builder) {
    super(builder.reduction);
    delta = builder.delta;
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder extends Loss.Builder<Builder> {
    private double delta = 1;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** Where the two meet, above 0. Default: 1. */
    public Builder delta(double delta) {
      this.delta = Sizes.positive("delta", delta);
      return this;
    }

    /** The loss. */
    public HuberLoss build() {
      return new HuberLoss(this);
    }
  }

  /**
   * The loss.
   *
   * @param x of any shape
   * @param target in the shape of x
   * @throws ShapeException for another shape
   */
  public Tensor forward(Tensor x, Tensor target) {
    return call(
        x,
        in -> {
          checkSameShape(in, target);
          return Torch.op("aten::huber_loss")
              .arg(in)
              .arg(target)
              .arg(reduction().code())
              .arg(delta)
              .call()
              .tensor();
        });
  }
}
