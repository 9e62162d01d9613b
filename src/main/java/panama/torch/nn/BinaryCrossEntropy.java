package panama.torch.nn;

import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;

/**
 * The option that {@link BCELoss} and {@link BCEWithLogitsLoss} share: a weight per element.
 *
 * @param <L> the loss's own class
 */
abstract sealed class BinaryCrossEntropy<L extends BinaryCrossEntropy<L>> extends ElementwiseLoss<L>
    permits BCELoss, BCEWithLogitsLoss {
  final @Nullable Tensor weight;

  BinaryCrossEntropy(Builder<?> builder) {
    super(builder.reduction);
    weight = builder.weight == null ? null : registerBuffer("weight", builder.weight);
  }

  /**
   * The options of both.
   *
   * @param <B> the loss's own builder
   */
  abstract static class Builder<B extends Builder<B>> extends Loss.Builder<B> {
    private @Nullable Tensor weight;

    Builder() {}

    /**
     * Sets a factor for the loss of each element, broadcast to x; it becomes the buffer {@code
     * weight}. Default: null, all 1.
     */
    public final B weight(@Nullable Tensor weight) {
      this.weight = weight;
      return self();
    }
  }
}
