package panama.torch;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.concurrent.locks.LockSupport;

/** The number of live tensors, for tests of what a call leaves behind. */
public final class LiveTensors {
  private static final int PATIENCE = 40;

  private LiveTensors() {}

  /**
   * Returns the number of live tensors once no unreachable one is left: until then, the collector
   * may free at any moment what earlier tests have left, and every difference of two counts is
   * wrong. Collects until the number has stayed the same three times.
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
