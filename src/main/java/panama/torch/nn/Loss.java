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
 * What all losses share: how the losses of single elements are put together.
 *
 * <p>Every loss has a {@code forward} of its own signature, its input first, its target second.
 */
public abstract class Loss extends Module {
  private final Reduction reduction;

  Loss(Reduction reduction) {
    if (reduction == Reduction.BATCHMEAN && !(this instanceof KLDivLoss)) {
      throw new IllegalArgumentException(
          "reduction: expected NONE, MEAN or SUM, got BATCHMEAN, which is for KLDivLoss alone");
    }
    this.reduction = reduction;
  }

  /** What is made of the losses of single elements. */
  public final Reduction reduction() {
    return reduction;
  }

  /**
   * The option of every loss; those that only one has are added there.
   *
   * @param <B> the loss's own builder
   */
  public abstract static class Builder<B extends Builder<B>> {
    Reduction reduction = Reduction.MEAN;

    Builder() {}

    abstract B self();

    /** Default: {@link Reduction#MEAN}. */
    public final B reduction(Reduction reduction) {
      this.reduction = reduction;
      return self();
    }
  }

  /** Refuses a target of another shape, which PyTorch broadcasts after a warning. */
  static void checkSameShape(Tensor x, Tensor target) {
    if (!target.shape().equals(x.shape())) {
      throw new ShapeException(
          "target: expected shape %s, that of x, got %s; use .view or .expand if broadcasting is meant"
              .formatted(x.shape(), target.shape()));
    }
  }

  /** Refuses classes that do not fit scores (C), (N, C) or (N, C, d1, ...). */
  static void checkClasses(Tensor x, Tensor target, String otherwise) {
    Shape scores = x.shape();
    Shape classes = target.shape();
    if (scores.dim() == 0) {
      throw new ShapeException("x: expected (C), (N, C) or (N, C, ...), got a scalar");
    }
    if (target.dtype() != DType.INT64) {
      throw new DTypeException(
          "target: expected classes of int64%s, got %s%s; convert classes with .to(DType.INT64)"
              .formatted(otherwise, target.dtype(), classes));
    }
    if (!classes.equals(withoutClasses(scores))) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "target: expected shape %s for x of shape %s, whose dimension %d is C, got %s",
              withoutClasses(scores),
              scores,
              scores.dim() == 1 ? 0 : 1,
              classes));
    }
  }

  /**
   * Refuses weights of classes that do not fit scores (C), (N, C) or (N, C, d1, ...).
   *
   * @param isOfClasses whether the target is of classes, which libtorch wants weights of x's type
   *     for, rather than of probabilities
   */
  static void checkWeight(Tensor x, @Nullable Tensor weight, boolean isOfClasses) {
    if (weight == null || x.dim() == 0) {
      return;
    }
    long classes = x.size(x.dim() == 1 ? 0 : 1);
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

  private static Shape withoutClasses(Shape scores) {
    long[] sizes = new long[scores.dim() - 1];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = scores.size(i == 0 ? 0 : i + 1);
    }
    return Shape.of(sizes);
  }
}
