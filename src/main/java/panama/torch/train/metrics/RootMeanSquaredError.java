package panama.torch.train.metrics;

import panama.torch.Tensor;

/**
 * The square root of the mean of (prediction - target)², scikit-learn's {@code
 * root_mean_squared_error}. The mean is taken over all elements, also of several outputs (N, F),
 * for which scikit-learn averages the roots.
 */
public final class RootMeanSquaredError extends ErrorMetric {
  /** Creates a metric without batches. */
  public RootMeanSquaredError() {}

  @Override
  double sum(Tensor predictions, Tensor targets) {
    return predictions.sub(targets).square().sum().item();
  }

  @Override
  public double compute() {
    return Math.sqrt(super.compute());
  }

  /** Returns {@code rmse}. */
  @Override
  public String name() {
    return "rmse";
  }
}
