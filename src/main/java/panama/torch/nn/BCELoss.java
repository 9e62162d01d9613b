package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * The binary cross entropy of probabilities: -(target log x + (1 - target) log(1 - x)), with
 * logarithms cut off at -100 as in PyTorch. The target holds probabilities, too.
 *
 * <p>{@link BCEWithLogitsLoss} takes raw scores instead and stays accurate where the probability is
 * close to 0 or 1.
 */
public final class BCELoss extends BinaryCrossEntropy<BCELoss> {
  /** Creates a loss with PyTorch's defaults: the mean, without weights. */
  public BCELoss() {
    this(builder());
  }

  /**
   * Creates a loss that takes the mean, with a factor for each element, broadcast to x.
   *
   * @param weight a factor for each loss, broadcast to its shape
   */
  public BCELoss(Tensor weight) {
    this(builder().weight(weight));
  }

  /**
   * Creates a loss with a reduction, without weights.
   *
   * @param reduction how the losses of single elements are combined
   */
  public BCELoss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  private BCELoss(Builder builder) {
    super(builder);
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link BCELoss}. */
  public static final class Builder extends BinaryCrossEntropy.Builder<Builder> {
    private Builder() {}

    /** Returns the loss. */
    public BCELoss build() {
      return new BCELoss(this);
    }
  }

  @Override
  Tensor loss(Tensor x, Tensor target) {
    try (TensorScope scope = new TensorScope()) {
      Tensor expanded = weight == null ? null : weight.expand(x.shape().toArray());
      return scope.keep(Functional.binaryCrossEntropy(x, target, expanded, reduction()));
    }
  }
}
