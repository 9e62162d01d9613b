package panama.torch.nn;

import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Squared error below beta, absolute error above: (x - target)² / (2 beta) where |x - target| is
 * below beta, |x - target| - beta / 2 elsewhere. Girshick, "Fast R-CNN" (2015).
 */
public final class SmoothL1Loss extends Loss {
  private final double beta;

  /** With PyTorch's defaults. */
  public SmoothL1Loss() {
    this(builder());
  }

  private SmoothL1Loss(Builder builder) {
    super(builder.reduction);
    beta = builder.beta;
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options. */
  public static final class Builder extends Loss.Builder<Builder> {
    private double beta = 1;

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /** Where the two meet, at least 0; 0 is {@link L1Loss}. Default: 1. */
    public Builder beta(double beta) {
      this.beta = Sizes.notNegative("beta", beta);
      return this;
    }

    /** The loss. */
    public SmoothL1Loss build() {
      return new SmoothL1Loss(this);
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
    // As PyTorch: the quotient by beta is not defined at 0.
    String name = beta == 0 ? "aten::l1_loss" : "aten::smooth_l1_loss";
    return call(
        x,
        in -> {
          checkSameShape(in, target);
          var op = Torch.op(name).arg(in).arg(target).arg(reduction().code());
          return (beta == 0 ? op : op.arg(beta)).call().tensor();
        });
  }
}
