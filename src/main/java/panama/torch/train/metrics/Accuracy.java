package panama.torch.train.metrics;

import panama.torch.Tensor;

/** The fraction of predicted classes that are correct; scikit-learn's {@code accuracy_score}. */
public final class Accuracy implements Metric {
  private long correct;
  private long count;

  /** Creates a metric without batches. */
  public Accuracy() {}

  /**
   * Adds a batch.
   *
   * @param predictions scores (N, C), of which the largest is the prediction, or class indices (N)
   * @param targets class indices (N)
   */
  @Override
  public void update(Tensor predictions, Tensor targets) {
    ClassIndices batch = ClassIndices.of(predictions, targets);
    for (int i = 0; i < batch.actual().length; i++) {
      correct += batch.predicted()[i] == batch.actual()[i] ? 1 : 0;
    }
    count += batch.actual().length;
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

  /** Returns {@code accuracy}. */
  @Override
  public String name() {
    return "accuracy";
  }
}
