package panama.torch.nn;

import panama.torch.ArgumentException;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/**
 * The cross entropy between raw scores (logits) and classes: -log softmax(x)[class], where C is the
 * number of classes and N the batch.
 *
 * <p>The softmax is part of the loss: the network ends without one.
 */
public final class CrossEntropyLoss extends ClassificationLoss<CrossEntropyLoss> {
  private final double labelSmoothing;

  /**
   * Creates a loss with PyTorch's defaults: the mean, without weights; targets -100 are ignored.
   */
  public CrossEntropyLoss() {
    this(builder());
  }

  /**
   * Creates a loss that takes the weighted mean, with a factor for each class, of shape (C).
   *
   * @param weight a factor for each class, (C)
   */
  public CrossEntropyLoss(Tensor weight) {
    this(builder().weight(weight));
  }

  /**
   * Creates a loss with a reduction, without weights; targets -100 are ignored.
   *
   * @param reduction how the losses of single elements are combined
   */
  public CrossEntropyLoss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  private CrossEntropyLoss(Builder builder) {
    super(builder);
    labelSmoothing = builder.labelSmoothing;
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link CrossEntropyLoss}. */
  public static final class Builder extends ClassificationLoss.Builder<Builder> {
    private double labelSmoothing;

    private Builder() {}

    /**
     * Sets the share of each target that is spread evenly over all classes, 0 to 1: Szegedy et al.,
     * "Rethinking the Inception architecture for computer vision" (2015). Default: 0.
     *
     * @param labelSmoothing the fraction, 0 to 1
     * @return this builder
     * @throws IllegalArgumentException unless it is from 0 to 1
     */
    public Builder labelSmoothing(double labelSmoothing) {
      this.labelSmoothing = Arguments.probability("labelSmoothing", labelSmoothing);
      return this;
    }

    /** Returns the loss. */
    public CrossEntropyLoss build() {
      return new CrossEntropyLoss(this);
    }
  }

  /**
   * Returns the loss.
   *
   * @param x raw scores: (C), (N, C) or (N, C, d1, ...)
   * @param target class indices, INT64, of shape (), (N) or (N, d1, ...); or class probabilities in
   *     the shape of x
   * @return a scalar, or with {@link Reduction#NONE} a tensor in the shape of class indices
   * @throws ArgumentException if shapes or types do not fit together
   * @throws IndexException if a class index is not from 0 to C - 1
   */
  public Tensor forward(Tensor x, Tensor target) {
    return call(x, in -> loss(in, target));
  }

  private Tensor loss(Tensor x, Tensor target) {
    boolean isOfClasses = !target.dtype().isFloatingPoint() || !target.shape().equals(x.shape());
    if (isOfClasses) {
      checkClasses(x, target, ", or probabilities of shape " + x.shape());
    }
    checkWeight(x, isOfClasses);
    return Functional.crossEntropy(x, target, weight, reduction(), ignoreIndex, labelSmoothing);
  }
}
