package panama.torch.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import panama.torch.TensorScope;

/**
 * An iterator over the batches of one epoch of a {@link DataLoader}. It is for the use of one
 * thread; other threads may only close it.
 *
 * @param <B> the type of a batch
 */
public final class BatchIterator<B> implements Iterator<B>, AutoCloseable {
  private final BatchSource.Epoch<B> epoch;

  /** Runs tasks ahead; null to run them when they are needed. */
  private final @Nullable Executor workers;

  private final int ahead;

  /** The states of the loader's generators before this epoch. */
  private final GeneratorStates start;

  /**
   * The next batches, each made or being made. A batch that is not taken belongs to no scope. The
   * tasks must not refer to this iterator, which the garbage collector may free before they end.
   */
  private final Queue<FutureTask<@Nullable Supplier<B>>> queue = new ConcurrentLinkedQueue<>();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final BooleanSupplier stopped;
  private long taken;
  private long asked;
  private boolean exhausted;
  private boolean ended;

  BatchIterator(
      BatchSource.Epoch<B> epoch,
      @Nullable Executor workers,
      int ahead,
      GeneratorStates start,
      AtomicBoolean loaderClosed) {
    this.epoch = epoch;
    this.workers = workers;
    this.ahead = ahead;
    this.start = start;
    AtomicBoolean closedHere = closed;
    stopped = () -> closedHere.get() || loaderClosed.get();
  }

  /**
   * Advances to the position of a state: draws the same indices again, without loading the batches
   * that were taken.
   */
  void resume(LoaderState state) {
    try (TensorScope scope = new TensorScope()) {
      while (asked < state.asked() && !exhausted) {
        BatchSource.Task<B> task = ask();
        if (task == null) {
          break;
        }
        if (taken < state.taken()) {
          task.skip();
          taken++;
        } else {
          start(task);
        }
      }
    }
    if (taken < state.taken()) {
      close();
      throw new IllegalArgumentException(
          "state: %s batches had been taken, but an epoch has only %s; restore into a loader with the same dataset and batch size"
              .formatted(state.taken(), taken));
    }
  }

  /** Returns the position in this epoch. */
  LoaderState state(GeneratorStates now) {
    return new LoaderState(true, taken, asked, start, now);
  }

  /** Returns whether the epoch has neither ended nor been closed. */
  boolean isUnfinished() {
    return !ended && !stopped.getAsBoolean();
  }

  /**
   * Returns whether there is another batch. This may load it, or wait for a worker.
   *
   * @throws IllegalStateException if the loader or this iterator is closed
   * @throws DataLoaderException if the thread is interrupted while it waits for a worker
   */
  @Override
  public boolean hasNext() {
    if (ended) {
      return false;
    }
    checkOpen();
    fill(Math.max(1, ahead));
    FutureTask<@Nullable Supplier<B>> first = queue.peek();
    if (first == null || isEnd(first)) {
      checkOpen(); // a task that ends because of close yields no batch
      ended = true;
      epoch.close();
      return false;
    }
    return true;
  }

  private boolean isEnd(FutureTask<@Nullable Supplier<B>> task) {
    try {
      return await(task) == null;
    } catch (ExecutionException e) {
      return false; // which next() reports
    }
  }

  /**
   * Returns the next batch. The tensors that were made for it belong to the innermost {@link
   * TensorScope} of the calling thread.
   *
   * @throws NoSuchElementException if the epoch has no more batches
   * @throws DataLoaderException if the batch cannot be made; the next call returns the one after
   *     it. Also if the thread is interrupted while it waits for a worker; the next call returns
   *     the same batch
   * @throws IllegalStateException if the loader or this iterator is closed
   */
  @Override
  public B next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch has no more batches");
    }
    FutureTask<@Nullable Supplier<B>> first = queue.poll();
    if (first == null) {
      throw closedError();
    }
    taken++;
    if (workers != null) {
      fill(ahead); // so that workers are busy while the caller uses this batch
    }
    try {
      Supplier<B> batch = await(first);
      if (batch == null) {
        throw closedError();
      }
      return batch.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case DataLoaderException failure -> throw failure.rethrown();
        case Error error -> throw error;
        case null, default ->
            throw new DataLoaderException(
                "a batch could not be made: " + e.getCause(),
                e.getCause() == null ? e : e.getCause());
      }
    }
  }

  private void fill(int count) {
    while (!exhausted && queue.size() < count) {
      BatchSource.Task<B> task;
      try {
        task = ask();
      } catch (RuntimeException e) {
        exhausted = true;
        task = failing(new DataLoaderException("the sampler failed: " + e, e));
      }
      if (task != null) {
        start(task);
      }
    }
    if (stopped.getAsBoolean()) {
      discardAll();
    }
  }

  private BatchSource.@Nullable Task<B> ask() {
    asked++;
    BatchSource.Task<B> task = epoch.next();
    exhausted = task == null;
    return task;
  }

  private static <B> BatchSource.Task<B> failing(DataLoaderException failure) {
    return new BatchSource.Task<>() {
      @Override
      public B load() {
        throw failure;
      }

      @Override
      public void skip() {}
    };
  }

  private void start(BatchSource.Task<B> task) {
    BooleanSupplier end = stopped;
    var future = new FutureTask<@Nullable Supplier<B>>(() -> run(task, end));
    if (workers != null) {
      try {
        workers.execute(future);
      } catch (RejectedExecutionException e) {
        throw closedError(); // by another thread at this moment
      }
    }
    queue.add(future);
  }

  private static <B> @Nullable Supplier<B> run(BatchSource.Task<B> task, BooleanSupplier stopped) {
    if (stopped.getAsBoolean()) {
      return null;
    }
    try (TensorScope scope = new TensorScope()) {
      B batch = task.load();
      return batch == null || stopped.getAsBoolean() ? null : scope.handOver(batch);
    }
  }

  private @Nullable Supplier<B> await(FutureTask<@Nullable Supplier<B>> task)
      throws ExecutionException {
    if (workers == null) {
      task.run(); // which has no effect the second time
    }
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataLoaderException("interrupted while waiting for a batch", e);
    } catch (CancellationException e) {
      throw closedError();
    }
  }

  private void checkOpen() {
    if (stopped.getAsBoolean()) {
      throw closedError();
    }
  }

  private static IllegalStateException closedError() {
    return new IllegalStateException(
        "the loader or this iterator is closed; take all batches inside the try block that opens"
            + " the loader");
  }

  /**
   * Ends the epoch: waits for the batches that workers are making, and frees them. If the calling
   * thread is interrupted, it interrupts the workers instead. Closing twice has no effect.
   */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      discardAll();
      epoch.close();
    }
  }

  private void discardAll() {
    FutureTask<@Nullable Supplier<B>> task = queue.poll();
    while (task != null) {
      discard(task);
      task = queue.poll();
    }
  }

  private void discard(FutureTask<@Nullable Supplier<B>> task) {
    if (workers == null && !task.isDone()) {
      return;
    }
    if (epoch.isInterruptible() && task.cancel(true)) {
      return;
    }
    try (TensorScope scope = new TensorScope()) {
      Supplier<B> batch = task.get();
      if (batch != null) {
        B unused = batch.get(); // whose tensors the scope frees
      }
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
    } catch (ExecutionException | CancellationException e) {
      // A batch that nobody takes need not be made.
    }
  }
}
