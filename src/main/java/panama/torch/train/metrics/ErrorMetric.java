package panama.torch.train.metrics;

import panama.torch.DType;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/** The mean over all elements of an error of a prediction, computed in FLOAT64. */
abstract class ErrorMetric implements Metric {
  private double sum;
  private long count;

  /** Returns the sum of the errors. Both tensors are FLOAT64 and of one shape. */
  abstract double sum(Tensor predictions, Tensor targets);

  /**
   * Adds a batch.
   *
   * @param predictions numbers of any shape
   * @param targets numbers of the same shape
   */
  @Override
  public void update(Tensor predictions, Tensor targets) {
    checkShapes(predictions, targets);
    try (TensorScope scope = new TensorScope()) {
      sum += sum(wide(predictions), wide(targets));
    }
    count += targets.numel();
  }

  static Tensor wide(Tensor x) {
    return x.detach().to(DType.FLOAT64);
  }

  static void checkShapes(Tensor predictions, Tensor targets) {
    if (!predictions.shape().equals(targets.shape())) {
      throw new ShapeException(
          "predictions: expected the shape of targets, %s, got %s; squeeze(-1) or reshape(...) one of them"
              .formatted(targets.shape(), predictions.shape()));
    }
  }

  @Override
  public double compute() {
    Count.check(name(), count);
    return sum / count;
  }

  @Override
  public void reset() {
    sum = 0;
    count = 0;
  }
}
