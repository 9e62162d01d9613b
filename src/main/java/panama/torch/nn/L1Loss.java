package panama.torch.nn;

import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Absolute error: |x - target|. */
public final class L1Loss extends Loss {
  /** The mean over all elements. */
  public L1Loss() {
    this(Reduction.MEAN);
  }

  /** With another reduction. */
  public L1Loss(Reduction reduction) {
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
          return Torch.op("aten::l1_loss")
              .arg(in)
              .arg(target)
              .arg(reduction().code())
              .call()
              .tensor();
        });
  }
}
