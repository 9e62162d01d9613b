package panama.torch.train.metrics;

import panama.torch.Tensor;

/**
 * A number that is computed from the predictions and targets of all batches since the last {@link
 * #reset}.
 */
public interface Metric {
  /**
   * Adds a batch. Gradients are not recorded. If it throws, the batch is not counted.
   *
   * @param predictions the output of the model
   * @param targets the expected output
   * @throws IllegalArgumentException if shapes, types or class indices do not fit
   */
  void update(Tensor predictions, Tensor targets);

  /**
   * Returns the value over all batches since the last reset.
   *
   * @throws IllegalStateException if there were no elements
   */
  double compute();

  /** Forgets all batches. */
  void reset();

  /** Returns the name of the value in logs, such as {@code accuracy}. */
  String name();
}
