package panama.torch.train.metrics;

import panama.torch.Tensor;

/** The mean of (prediction - target)², scikit-learn's {@code mean_squared_error}. */
public final class MeanSquaredError extends ErrorMetric {
  /** Creates a metric without batches. */
  public MeanSquaredError() {}

  @Override
  double sum(Tensor predictions, Tensor targets) {
    return predictions.sub(targets).square().sum().item();
  }

  /** Returns {@code mse}. */
  @Override
  public String name() {
    return "mse";
  }
}
