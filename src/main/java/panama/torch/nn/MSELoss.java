package panama.torch.nn;

import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Squared error: (x - target)². */
public final class MSELoss extends Loss {
  /** The mean over all elements. */
  public MSELoss() {
    this(Reduction.MEAN);
  }

  /** With another reduction. */
  public MSELoss(Reduction reduction) {
    super(reduction);
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
          return Torch.op("aten::mse_loss")
              .arg(in)
              .arg(target)
              .arg(reduction().code())
              .call()
              .tensor();
        });
  }
}
