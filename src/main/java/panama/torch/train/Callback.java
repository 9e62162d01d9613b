package panama.torch.train;

/**
 * A listener of a training. Its methods are called on the thread of the training, and an exception
 * that they throw ends it.
 *
 * <pre>{@code
 * class Printer implements Callback {
 *   public void epochEnds(EpochResult result) {
 *     System.out.println(result.epoch() + ": " + result.loss());
 *   }
 * }
 * }</pre>
 */
public interface Callback {
  /**
   * Is called before each epoch, before its first batch is loaded.
   *
   * @param epoch the number of the epoch, from 1
   * @param done the number of batches of the epoch that were done before: above 0 if a training is
   *     resumed in the middle of an epoch
   * @param batches the number of training batches of an epoch; -1 if it is unknown
   */
  default void epochStarts(int epoch, long done, long batches) {}

  /**
   * Is called when a training batch has been loaded, before its forward pass.
   *
   * @param epoch the number of the epoch, from 1
   * @param step the number of the batch in the epoch, from 1
   * @param waited the time for which the training waited for the batch, in nanoseconds
   */
  default void batchLoaded(int epoch, long step, long waited) {}

  /**
   * Is called after each training batch.
   *
   * @param epoch the number of the epoch, from 1
   * @param step the number of the batch in the epoch, from 1
   * @param loss the loss of the batch
   */
  default void stepEnds(int epoch, long step, double loss) {}

  /**
   * Is called before the validation of an epoch.
   *
   * @param epoch the number of the epoch, from 1
   */
  default void validationStarts(int epoch) {}

  /**
   * Is called after each epoch, its validation included.
   *
   * @param result the results
   */
  default void epochEnds(EpochResult result) {}

  /** Is called when the training has ended, also by an exception or an interrupt. */
  default void trainingEnds() {}
}
