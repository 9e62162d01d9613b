package panama.torch.train.metrics;

import panama.torch.Tensor;

/**
 * A number that is computed from the predictions and targets of all batches since the last {@link
 * #reset}.
 *
 * <pre>{@code
 * var accuracy = new Accuracy();
 * for (List<Tensor> batch : loader) {
 *   accuracy.update(model.forward(batch.get(0)), batch.get(1));
 * }
 * System.out.println(accuracy.compute());
 * }</pre>
 */
public interface Metric {
  /**
   * Adds a batch. Gradients are not recorded. If an exception is thrown, the batch is not counted.
   *
   * @param predictions the output of the model
   * @param targets the expected output
   * @throws IllegalArgumentException if shapes, types or class indices are not those that the
   *     metric expects
   */
  void update(Tensor predictions, Tensor targets);

  /**
   * Returns the value over all batches since the last reset.
   *
   * @throws IllegalStateException if there were no elements
   */
  double compute();

  /** Resets this metric to its initial state, without batches. */
  void reset();

  /** Returns the name of the value in logs, such as {@code accuracy}. */
  String name();
}
