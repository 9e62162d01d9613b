package panama.torch.nn;

import panama.torch.ShapeException;
import panama.torch.Tensor;

/**
 * A loss that compares each element of the prediction with the element of the target in its place.
 *
 * @param <L> the loss's own class
 */
abstract class ElementwiseLoss<L extends ElementwiseLoss<L>> extends Loss<L> {
  ElementwiseLoss(Reduction reduction) {
    super(reduction);
  }

  /**
   * Returns the loss.
   *
   * @param x the prediction, of any shape
   * @param target in the shape of {@code x}
   * @return a scalar, or with {@link Reduction#NONE} a tensor in the shape of {@code x}
   * @throws ShapeException if the target has another shape
   */
  public final Tensor forward(Tensor x, Tensor target) {
    return call(
        x,
        in -> {
          checkSameShape(in, target);
          return loss(in, target);
        });
  }

  /** Returns the reduced loss for a target in the shape of x. */
  abstract Tensor loss(Tensor x, Tensor target);
}
