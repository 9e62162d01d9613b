package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.Torch;

/** The absolute error: |x - target|. */
public final class L1Loss extends ElementwiseLoss<L1Loss> {
  /** Creates a loss that takes the mean over all elements. */
  public L1Loss() {
    this(Reduction.MEAN);
  }

  /** Creates a loss with another reduction. */
  public L1Loss(Reduction reduction) {
    super(reduction);
  }

  @Override
  Tensor loss(Tensor x, Tensor target) {
    return Torch.op("aten::l1_loss").arg(x).arg(target).arg(reduction().code()).call().tensor();
  }
}
