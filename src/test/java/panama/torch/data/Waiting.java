package panama.torch.data;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits of tests, and the workers of loaders. */
final class Waiting {
  private static final int TRIES = 2000;

  private Waiting() {}

  static void pause(long millis) {
    LockSupport.parkNanos(MILLISECONDS.toNanos(millis));
  }

  /** Waits until a condition holds, ten seconds at most. */
  static boolean until(BooleanSupplier condition) {
    for (int i = 0; i < TRIES && !condition.getAsBoolean(); i++) {
      pause(5);
    }
    return condition.getAsBoolean();
  }

  /** Waits for a latch, and throws an exception if the thread is interrupted. */
  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("not released");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Returns the running workers of all loaders but those that were running at an earlier time. */
  static List<Thread> workersSince(List<Thread> earlier) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("DataLoader-worker-"))
        .filter(thread -> !earlier.contains(thread))
        .toList();
  }
}
