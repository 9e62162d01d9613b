package panama.torch.train.metrics;

import panama.torch.Tensor;

/**
 * The mean of |prediction - target| / max(|target|, ε), scikit-learn's {@code
 * mean_absolute_percentage_error}, with ε = 2⁻⁵². A fraction, not a percentage: 0.05 means 5 %. A
 * target of 0 makes it very large.
 */
public final class MeanAbsolutePercentageError extends ErrorMetric {
  private static final double EPS = 0x1p-52;

  /** Creates a metric without batches. */
  public MeanAbsolutePercentageError() {}

  @Override
  double sum(Tensor predictions, Tensor targets) {
    return predictions.sub(targets).abs().div(targets.abs().clampMin(EPS)).sum().item();
  }

  /** Returns {@code mape}. */
  @Override
  public String name() {
    return "mape";
  }
}
