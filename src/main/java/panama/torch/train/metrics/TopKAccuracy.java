package panama.torch.train.metrics;

import panama.torch.DType;
import panama.torch.Device;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.internal.Arguments;

/**
 * The fraction of targets that are among the k classes with the largest scores, scikit-learn's
 * {@code top_k_accuracy_score}. Of equal scores, that of the larger class index is ranked first, as
 * in scikit-learn; NaN is ranked before all numbers.
 */
public final class TopKAccuracy implements Metric {
  private final int k;
  private long correct;
  private long count;

  /**
   * Creates a metric.
   *
   * @param k the number of classes with the largest scores, at least 1
   * @throws IllegalArgumentException if k is below 1
   */
  public TopKAccuracy(int k) {
    this.k = Arguments.positive("k", k);
  }

  /**
   * Adds a batch.
   *
   * @param predictions scores (N, C)
   * @param targets class indices (N)
   */
  @Override
  public void update(Tensor predictions, Tensor targets) {
    if (predictions.dim() != 2) {
      throw new ShapeException(
          "predictions: expected scores (N, C), got shape " + predictions.shape());
    }
    ClassIndices.checkTargets(predictions.shape(), targets);
    if (targets.numel() == 0) {
      return;
    }
    ClassIndices.checkScores(predictions);
    int classes = Math.toIntExact(predictions.size(1));
    long[] actual = ClassIndices.indices("targets", targets, classes);
    double[] scores;
    try (TensorScope scope = new TensorScope()) {
      scores = predictions.detach().to(Device.CPU).to(DType.FLOAT64).toDoubleArray();
    }
    for (int i = 0; i < actual.length; i++) {
      correct += isAmongLargest(scores, i * classes, classes, (int) actual[i]) ? 1 : 0;
    }
    count += actual.length;
  }

  private boolean isAmongLargest(double[] scores, int row, int classes, int actual) {
    double score = scores[row + actual] + 0.0; // -0 becomes 0, which compare(...) distinguishes
    int larger = 0;
    for (int other = 0; other < classes; other++) {
      int order = Double.compare(scores[row + other] + 0.0, score);
      larger += order > 0 || (order == 0 && other > actual) ? 1 : 0;
    }
    return larger < k;
  }

  @Override
  public double compute() {
    Count.check(name(), count);
    return (double) correct / count;
  }

  @Override
  public void reset() {
    correct = 0;
    count = 0;
  }

  /**
   * Returns {@code top_k_accuracy} with the number in place of k, such as {@code top_5_accuracy}.
   */
  @Override
  public String name() {
    return "top_" + k + "_accuracy";
  }
}
