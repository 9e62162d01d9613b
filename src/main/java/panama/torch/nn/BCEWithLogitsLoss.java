package panama.torch.nn;

import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;

/**
 * The binary cross entropy of raw scores (logits): -(posWeight target log σ(x) + (1 - target) log(1
 * - σ(x))). The target holds probabilities.
 *
 * <p>The sigmoid is part of the loss: the network ends without one.
 */
public final class BCEWithLogitsLoss extends BinaryCrossEntropy<BCEWithLogitsLoss> {
  private final @Nullable Tensor posWeight;

  /** Creates a loss with PyTorch's defaults: the mean, without weights. */
  public BCEWithLogitsLoss() {
    this(builder());
  }

  /**
   * Creates a loss that takes the mean, with a factor for each element, broadcast to x.
   *
   * @param weight a factor for each loss, broadcast to its shape
   */
  public BCEWithLogitsLoss(Tensor weight) {
    this(builder().weight(weight));
  }

  /**
   * Creates a loss with a reduction, without weights.
   *
   * @param reduction how the losses of single elements are combined
   */
  public BCEWithLogitsLoss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  private BCEWithLogitsLoss(Builder builder) {
    super(builder);
    posWeight = builder.posWeight == null ? null : registerBuffer("pos_weight", builder.posWeight);
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link BCEWithLogitsLoss}. */
  public static final class Builder extends BinaryCrossEntropy.Builder<Builder> {
    private @Nullable Tensor posWeight;

    private Builder() {}

    /**
     * Sets a factor for the positive targets, broadcast to x, such as one per class, (C); it
     * becomes the buffer {@code pos_weight}. Factors above 1 raise recall, factors below 1 raise
     * precision. Default: null, all 1.
     *
     * @param posWeight the factors; null for 1
     * @return this builder
     */
    public Builder posWeight(@Nullable Tensor posWeight) {
      this.posWeight = posWeight;
      return this;
    }

    /** Returns the loss. */
    public BCEWithLogitsLoss build() {
      return new BCEWithLogitsLoss(this);
    }
  }

  @Override
  Tensor loss(Tensor x, Tensor target) {
    return Functional.binaryCrossEntropyWithLogits(x, target, weight, posWeight, reduction());
  }
}
