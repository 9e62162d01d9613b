package panama.torch.train.metrics;

import java.util.Locale;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.Device;
import panama.torch.IndexException;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * The predicted and the actual classes of a batch, checked.
 *
 * @param predicted N class indices
 * @param actual N class indices
 */
record ClassIndices(long[] predicted, long[] actual) {
  /** A larger number of classes is an error, before memory is allocated for them. */
  private static final int MOST_CLASSES = 1 << 20;

  static int checkNumClasses(int numClasses) {
    if (numClasses < 2 || numClasses > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "numClasses: expected 2 to " + MOST_CLASSES + ", got " + numClasses);
    }
    return numClasses;
  }

  /**
   * Reads a batch whose number of classes is known only from scores.
   *
   * @param predictions scores (N, C), or class indices (N)
   * @param targets class indices (N)
   */
  static ClassIndices of(Tensor predictions, Tensor targets) {
    boolean scores = predictions.dim() == 2;
    return read(predictions, targets, scores ? predictions.size(1) : Long.MAX_VALUE);
  }

  /** Reads a batch with a known number of classes. */
  static ClassIndices of(Tensor predictions, Tensor targets, int numClasses) {
    if (predictions.dim() == 2 && predictions.size(1) != numClasses) {
      throw new ShapeException(
          "predictions: expected (N, C) with C=numClasses=%s, got %s"
              .formatted(Integer.toString(numClasses), predictions.shape()));
    }
    return read(predictions, targets, numClasses);
  }

  private static ClassIndices read(Tensor predictions, Tensor targets, long numClasses) {
    checkShapes(predictions, targets);
    if (targets.numel() == 0) {
      return new ClassIndices(new long[0], new long[0]);
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor chosen = predictions;
      if (predictions.dim() == 2) {
        checkScores(predictions);
        chosen = predictions.detach().argmax(1);
      }
      return new ClassIndices(
          indices("predictions", chosen, numClasses), indices("targets", targets, numClasses));
    }
  }

  /** Checks that there are predictions (N, C) or (N) for targets (N). */
  private static void checkShapes(Tensor predictions, Tensor targets) {
    Shape shape = predictions.shape();
    if (shape.dim() < 1 || shape.dim() > 2) {
      throw new ShapeException(
          "predictions: expected scores (N, C) or class indices (N), got shape "
              + shape
              + "; flatten further dimensions first");
    }
    checkTargets(shape, targets);
  }

  static void checkTargets(Shape predictions, Tensor targets) {
    if (!targets.shape().is(predictions.size(0))) {
      throw new ShapeException(
          "targets: expected class indices (N) with N=%s for predictions of shape %s, got shape %s"
              .formatted(Long.toString(predictions.size(0)), predictions, targets.shape()));
    }
  }

  static void checkScores(Tensor predictions) {
    if (predictions.size(1) == 0) {
      throw new ShapeException(
          "predictions: expected (N, C) with at least one class, got shape " + predictions.shape());
    }
    if (!predictions.dtype().isFloatingPoint()) {
      throw new DTypeException(
          "predictions: expected scores (N, C) of a floating-point type, got "
              + predictions.dtype());
    }
  }

  /**
   * Reads class indices.
   *
   * @param name the argument, for errors
   * @param tensor (N)
   * @param numClasses the bound of the indices
   */
  static long[] indices(String name, Tensor tensor, long numClasses) {
    if (!tensor.dtype().isInteger() && tensor.dtype() != DType.BOOL) {
      throw new DTypeException(
          "%s: expected class indices of an integer type or BOOL, got %s; for probabilities p of the class 1 pass p.gt(0.5)"
              .formatted(name, tensor.dtype()));
    }
    long[] indices;
    try (TensorScope scope = new TensorScope()) {
      indices = tensor.to(Device.CPU).to(DType.INT64).toLongArray();
    }
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < 0 || indices[i] >= numClasses) {
        throw new IndexException(
            String.format(
                Locale.ROOT,
                "%s: expected class indices %s, got %d at %d",
                name,
                numClasses == Long.MAX_VALUE ? "of at least 0" : "from 0 to " + (numClasses - 1),
                indices[i],
                i));
      }
    }
    return indices;
  }
}
