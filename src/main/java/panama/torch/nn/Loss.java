package panama.torch.nn;

import panama.torch.ShapeException;
import panama.torch.Tensor;

/**
 * The base class of loss functions: a {@link Reduction} and how it is applied.
 *
 * <p>Every loss declares a {@code forward} with the signature it needs, the prediction first. A
 * loss of your own does the same: it computes the losses of the single elements and returns {@link
 * #reduce} of them.
 *
 * <pre>{@code
 * // The quantile (pinball) loss: max(q (target - x), (q - 1) (target - x)).
 * final class QuantileLoss extends Loss<QuantileLoss> {
 *   private final double q;
 *
 *   QuantileLoss(double q, Reduction reduction) {
 *     super(reduction);
 *     this.q = q;
 *   }
 *
 *   Tensor forward(Tensor x, Tensor target) {
 *     return call(x, in -> compute(in, target));
 *   }
 *
 *   private Tensor compute(Tensor x, Tensor target) {
 *     checkSameShape(x, target);
 *     try (var scope = new TensorScope()) {
 *       Tensor error = target.sub(x);
 *       return scope.keep(reduce(error.mul(q).add(error.neg().relu())));
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>{@link #call} runs forward hooks and names the module in errors; the scope frees the
 * intermediate results that autograd does not need.
 *
 * @param <L> the loss's own class, as in {@link FluentModule}
 */
public abstract class Loss<L extends Loss<L>> extends FluentModule<L> {
  private final Reduction reduction;

  /**
   * Creates a loss with a reduction.
   *
   * @param reduction how the losses of single elements are combined
   * @throws IllegalArgumentException for {@link Reduction#BATCHMEAN}, which only {@link KLDivLoss}
   *     takes
   */
  protected Loss(Reduction reduction) {
    if (reduction == Reduction.BATCHMEAN && !(this instanceof KLDivLoss)) {
      throw Reduction.refusedBatchMean();
    }
    this.reduction = reduction;
  }

  /** Returns the way in which the losses of single elements are combined. */
  public final Reduction reduction() {
    return reduction;
  }

  /**
   * Applies the reduction to the losses of single elements.
   *
   * @param losses of any shape
   * @return {@code losses} itself for {@link Reduction#NONE}, otherwise a scalar: their mean for
   *     {@link Reduction#MEAN}, their sum for {@link Reduction#SUM}
   */
  protected final Tensor reduce(Tensor losses) {
    return switch (reduction) {
      case NONE -> losses;
      case MEAN -> losses.mean();
      case SUM -> losses.sum();
      case BATCHMEAN -> losses.sum().div(losses.size(0));
    };
  }

  /**
   * Throws if the target does not have the shape of the prediction. PyTorch broadcasts it after a
   * warning, which is seldom what is meant.
   *
   * @param x the prediction
   * @param target the target
   * @throws ShapeException if the shapes differ
   */
  protected static void checkSameShape(Tensor x, Tensor target) {
    if (!target.shape().equals(x.shape())) {
      throw new ShapeException(
          "target: expected shape %s, that of x, got %s; use .view or .expand if broadcasting is meant"
              .formatted(x.shape(), target.shape()));
    }
  }

  /**
   * The option that all losses of this library share.
   *
   * @param <B> the loss's own builder
   */
  public abstract static class Builder<B extends Builder<B>> extends FluentBuilder<B> {
    Reduction reduction = Reduction.MEAN;

    Builder() {}

    /**
     * Sets how the losses of single elements are combined. Default: {@link Reduction#MEAN}.
     *
     * @param reduction how the losses of single elements are combined
     * @return this builder
     */
    public final B reduction(Reduction reduction) {
      this.reduction = reduction;
      return self();
    }
  }
}
