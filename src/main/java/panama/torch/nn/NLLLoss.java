package panama.torch.nn;

import panama.torch.ArgumentException;
import panama.torch.IndexException;
import panama.torch.Tensor;

/**
 * The negative log likelihood of classes: -x[class], where x are log probabilities, such as {@link
 * LogSoftmax} returns, C is the number of classes and N the batch.
 *
 * <p>{@link CrossEntropyLoss} is {@link LogSoftmax} and this loss in one.
 */
public final class NLLLoss extends ClassificationLoss<NLLLoss> {
  /**
   * Creates a loss with PyTorch's defaults: the mean, without weights; targets -100 are ignored.
   */
  public NLLLoss() {
    this(builder());
  }

  /**
   * Creates a loss that takes the weighted mean, with a factor for each class, of shape (C).
   *
   * @param weight a factor for each class, (C)
   */
  public NLLLoss(Tensor weight) {
    this(builder().weight(weight));
  }

  /**
   * Creates a loss with a reduction, without weights; targets -100 are ignored.
   *
   * @param reduction how the losses of single elements are combined
   */
  public NLLLoss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  private NLLLoss(Builder builder) {
    super(builder);
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of an {@link NLLLoss}. */
  public static final class Builder extends ClassificationLoss.Builder<Builder> {
    private Builder() {}

    /** Returns the loss. */
    public NLLLoss build() {
      return new NLLLoss(this);
    }
  }

  /**
   * Returns the loss.
   *
   * @param x log probabilities: (C), (N, C) or (N, C, d1, ...)
   * @param target class indices, INT64: (), (N) or (N, d1, ...)
   * @return a scalar, or with {@link Reduction#NONE} a tensor in the shape of target
   * @throws ArgumentException if shapes or types do not fit together
   * @throws IndexException if a class index is not from 0 to C - 1
   */
  public Tensor forward(Tensor x, Tensor target) {
    return call(x, in -> loss(in, target));
  }

  private Tensor loss(Tensor x, Tensor target) {
    checkClasses(x, target, "");
    checkWeight(x, true);
    return Functional.nllLoss(x, target, weight, reduction(), ignoreIndex);
  }
}
