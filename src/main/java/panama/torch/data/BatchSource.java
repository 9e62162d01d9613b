package panama.torch.data;

import org.jspecify.annotations.Nullable;

/** The batches of a dataset, as tasks that may run on other threads. */
interface BatchSource<B> extends AutoCloseable {
  /** Starts an epoch. */
  Epoch<B> begin();

  /**
   * Returns the number of batches of an epoch.
   *
   * @throws UnsupportedOperationException if it is not known
   */
  long size();

  /** Ends all epochs that have not ended. */
  @Override
  void close();

  /** The batches of one epoch. */
  interface Epoch<B> extends AutoCloseable {
    /** Returns the task of the next batch, or null if there are no more. Draws random numbers. */
    @Nullable Task<B> next();

    /**
     * Returns whether workers may be interrupted. An interrupt closes the file channel that a
     * worker is reading, which a dataset that is read by index needs for later epochs.
     */
    boolean isInterruptible();

    @Override
    void close();
  }

  /** Makes one batch. */
  interface Task<B> {
    /**
     * Returns the batch, or null if a stream has ended.
     *
     * @throws DataLoaderException with the cause
     */
    @Nullable B load();

    /** Skips the batch instead. */
    void skip();
  }
}
