package panama.torch.train.metrics;

import panama.torch.Tensor;

/** The mean of |prediction - target|, scikit-learn's {@code mean_absolute_error}. */
public final class MeanAbsoluteError extends ErrorMetric {
  /** Creates a metric without batches. */
  public MeanAbsoluteError() {}

  @Override
  double sum(Tensor predictions, Tensor targets) {
    return predictions.sub(targets).abs().sum().item();
  }

  /** Returns {@code mae}. */
  @Override
  public String name() {
    return "mae";
  }
}
