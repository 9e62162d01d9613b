package panama.torch.train.metrics;

import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * The coefficient of determination, scikit-learn's {@code r2_score}: 1 - Σ (target - prediction)² /
 * Σ (target - mean)². It is 1 for a perfect prediction and 0 for one of the mean.
 *
 * <p>If all targets are equal, it is 1 if all predictions are exact, and otherwise 0. For a single
 * element it is NaN. All elements are one output, also those of shape (N, F), for which
 * scikit-learn averages the scores of the columns.
 */
public final class R2Score implements Metric {
  private long count;
  private double squaredErrors;
  private double mean;
  private double squaredDeviations;

  /** Creates a metric without batches. */
  public R2Score() {}

  /**
   * Adds a batch.
   *
   * @param predictions numbers of any shape
   * @param targets numbers of the same shape
   */
  @Override
  public void update(Tensor predictions, Tensor targets) {
    ErrorMetric.checkShapes(predictions, targets);
    long added = targets.numel();
    if (added == 0) {
      return;
    }
    try (TensorScope scope = new TensorScope()) {
      Tensor y = ErrorMetric.wide(targets);
      double errors = y.sub(ErrorMetric.wide(predictions)).square().sum().item();
      double batchMean = y.mean().item();
      double deviations = y.sub(batchMean).square().sum().item();
      // Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
      // variances" (1979): stable where Σ y² - (Σ y)² / n cancels.
      double difference = batchMean - mean;
      long all = count + added;
      squaredErrors += errors;
      squaredDeviations += deviations + difference * difference * count * added / all;
      mean += difference * added / all;
      count = all;
    }
  }

  @Override
  public double compute() {
    Count.check(name(), count);
    if (count < 2) {
      return Double.NaN;
    }
    if (squaredDeviations == 0) {
      return squaredErrors == 0 ? 1 : 0;
    }
    return 1 - squaredErrors / squaredDeviations;
  }

  @Override
  public void reset() {
    count = 0;
    squaredErrors = 0;
    mean = 0;
    squaredDeviations = 0;
  }

  /** Returns {@code r2}. */
  @Override
  public String name() {
    return "r2";
  }
}
