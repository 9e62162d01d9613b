package panama.torch;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.concurrent.locks.LockSupport;

/** Counts live tensors, for tests that a call frees its temporaries. */
public final class LiveTensors {
  private static final int PATIENCE = 40;

  private LiveTensors() {}

  /**
   * Returns the number of live tensors after the garbage collector has freed all unreachable ones.
   * Otherwise, it could free tensors of earlier tests between two counts. Runs the collector until
   * the number has stayed the same three times.
   */
  public static long settled() {
    long count = Torch.memory().liveTensors();
    int same = 0;
    for (int i = 0; i < PATIENCE && same < 3; i++) {
      System.gc();
      LockSupport.parkNanos(MILLISECONDS.toNanos(10));
      long now = Torch.memory().liveTensors();
      same = now == count ? same + 1 : 0;
      count = now;
    }
    return count;
  }
}
