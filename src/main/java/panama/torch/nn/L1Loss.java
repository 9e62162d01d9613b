package panama.torch.nn;

import panama.torch.Tensor;

/** The absolute error: |x - target|. */
public final class L1Loss extends ElementwiseLoss<L1Loss> {
  /** Creates a loss that takes the mean over all elements. */
  public L1Loss() {
    this(Reduction.MEAN);
  }

  /**
   * Creates a loss with another reduction.
   *
   * @param reduction how the losses of single elements are combined
   */
  public L1Loss(Reduction reduction) {
    super(reduction);
  }

  @Override
  Tensor loss(Tensor x, Tensor target) {
    return Functional.l1Loss(x, target, reduction());
  }
}
