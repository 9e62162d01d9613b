package panama.torch.nn;

import panama.torch.Tensor;

/** The squared error: (x - target)². */
public final class MSELoss extends ElementwiseLoss<MSELoss> {
  /** Creates a loss that takes the mean over all elements. */
  public MSELoss() {
    this(Reduction.MEAN);
  }

  /**
   * Creates a loss with another reduction.
   *
   * @param reduction how the losses of single elements are combined
   */
  public MSELoss(Reduction reduction) {
    super(reduction);
  }

  @Override
  Tensor loss(Tensor x, Tensor target) {
    return Functional.mseLoss(x, target, reduction());
  }
}
