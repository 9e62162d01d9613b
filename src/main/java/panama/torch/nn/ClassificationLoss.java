package panama.torch.nn;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Options and checks that {@link CrossEntropyLoss} and {@link NLLLoss} share: a target of class
 * indices, a weight per class.
 *
 * @param <L> the loss's own class
 */
abstract sealed class ClassificationLoss<L extends ClassificationLoss<L>> extends Loss<L>
    permits CrossEntropyLoss, NLLLoss {
  final @Nullable Tensor weight;
  final long ignoreIndex;

  ClassificationLoss(Builder<?> builder) {
    super(builder.reduction);
    weight = builder.weight == null ? null : registerBuffer("weight", builder.weight);
    ignoreIndex = builder.ignoreIndex;
  }

  /**
   * The options of both.
   *
   * @param <B> the loss's own builder
   */
  abstract static class Builder<B extends Builder<B>> extends Loss.Builder<B> {
    private @Nullable Tensor weight;
    private long ignoreIndex = -100;

    Builder() {}

    /**
     * Sets a factor for each class, of shape (C); it becomes the buffer {@code weight}. The mean
     * divides by the sum of the factors of the targets. Default: null, all 1.
     */
    public final B weight(@Nullable Tensor weight) {
      this.weight = weight;
      return self();
    }

    /**
     * Sets the target that is ignored, such as the class of padding: it adds nothing to the loss,
     * its mean or the gradient. Default: -100.
     */
    public final B ignoreIndex(long ignoreIndex) {
      this.ignoreIndex = ignoreIndex;
      return self();
    }
  }

  /** Throws if class indices do not fit scores (C), (N, C) or (N, C, d1, ...). */
  static void checkClasses(Tensor x, Tensor target, String otherwise) {
    Shape scores = x.shape();
    Shape classes = target.shape();
    if (scores.dim() == 0) {
      throw new ShapeException("x: expected shape (C), (N, C) or (N, C, d1, ...), got a scalar");
    }
    if (target.dtype() != DType.INT64) {
      throw new DTypeException(
          "target: expected class indices of int64%s, got %s%s; convert classes with .to(DType.INT64)"
              .formatted(otherwise, target.dtype(), classes));
    }
    if (!classes.equals(withoutClasses(scores))) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "target: expected shape %s for x of shape %s, whose dimension %d is C, got %s",
              withoutClasses(scores),
              scores,
              classDim(scores),
              classes));
    }
  }

  /**
   * Throws if the weights of classes do not fit scores (C), (N, C) or (N, C, d1, ...).
   *
   * @param isOfClasses whether the target holds class indices rather than probabilities: libtorch
   *     wants weights in the type of x for them
   */
  final void checkWeight(Tensor x, boolean isOfClasses) {
    if (weight == null || x.dim() == 0) {
      return;
    }
    long classes = x.size(classDim(x.shape()));
    if (weight.dim() != 1 || weight.size(0) != classes) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "weight: expected shape (C=%d), one for each class of x of shape %s, got %s",
              classes,
              x.shape(),
              weight.shape()));
    }
    DType dtype = x.dtype();
    if (isOfClasses && weight.dtype() != dtype && !Torch.isAutocastEnabled(x.device().type())) {
      throw new DTypeException(
          "weight: expected %s, the type of x, got %s; convert it with .to(DType.%s)"
              .formatted(dtype, weight.dtype(), dtype.name()));
    }
  }

  private static int classDim(Shape scores) {
    return scores.dim() == 1 ? 0 : 1;
  }

  private static Shape withoutClasses(Shape scores) {
    long[] sizes = new long[scores.dim() - 1];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = scores.size(i == 0 ? 0 : i + 1);
    }
    return Shape.of(sizes);
  }
}
