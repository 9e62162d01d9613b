package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.Torch;

/** The squared error: (x - target)². */
public final class MSELoss extends ElementwiseLoss<MSELoss> {
  /** Creates a loss that takes the mean over all elements. */
  public MSELoss() {
    this(Reduction.MEAN);
  }

  /** Creates a loss with another reduction. */
  public MSELoss(Reduction reduction) {
    super(reduction);
  }

  @Override
  Tensor loss(Tensor x, Tensor target) {
    return Torch.op("aten::mse_loss").arg(x).arg(target).arg(reduction().code()).call().tensor();
  }
}
