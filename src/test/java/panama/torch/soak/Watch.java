package panama.torch.soak;

import java.util.Locale;
import java.util.function.IntConsumer;
import panama.torch.MemoryUse;
import panama.torch.Torch;

/** Runs the steps of a soak test and measures memory. */
final class Watch {
  private static final int SAMPLES = 2000;

  private Watch() {}

  /**
   * Runs steps, the first tenth as a warm-up, prints the measurements, and exits. The status is 0
   * if live handles and bytes equal those after the warm-up, and if the means of resident memory
   * over the two halves differ by no more than the bound.
   *
   * @param args the number of steps, and the bound as a fraction
   * @param settle frees memory that must not be compared, at the start and at the end
   */
  static void run(String[] args, IntConsumer step, Runnable settle) {
    int steps = Integer.parseInt(args[0]);
    double bound = Double.parseDouble(args[1]);
    int warmUp = steps / 10;
    for (int i = 0; i < warmUp; i++) {
      step.accept(i);
    }
    settle.run();
    MemoryUse start = Torch.memory();
    int middle = (warmUp + steps) / 2;
    double first = resident(warmUp, middle, step);
    double second = resident(middle, steps, step);
    settle.run();
    MemoryUse end = Torch.memory();
    System.out.printf(
        Locale.ROOT,
        "%d -> %d handles, %d -> %d bytes, resident %s%n",
        start.liveTensors(),
        end.liveTensors(),
        start.liveBytes(),
        end.liveBytes(),
        Resident.isKnown()
            ? String.format(
                Locale.ROOT,
                "%.1f -> %.1f MB (%+.1f %%)",
                first / 1e6,
                second / 1e6,
                100 * (second / first - 1))
            : "unknown: this system has no /proc/self/status");
    System.exit(same(start, end) && !(Math.abs(second / first - 1) > bound) ? 0 : 1);
  }

  private static boolean same(MemoryUse one, MemoryUse other) {
    return one.liveTensors() == other.liveTensors() && one.liveBytes() == other.liveBytes();
  }

  /** Runs steps and returns the mean resident memory, in bytes, or NaN if it is not known. */
  private static double resident(int from, int to, IntConsumer step) {
    int every = Math.max(1, (to - from) / SAMPLES);
    double sum = 0;
    int samples = 0;
    for (int i = from; i < to; i++) {
      step.accept(i);
      if ((i - from) % every == 0 && Resident.isKnown()) {
        sum += Resident.bytes();
        samples++;
      }
    }
    return sum / samples;
  }

  /** Runs the garbage collector until it frees no more tensors. */
  static void collect() {
    MemoryUse now = Torch.memory();
    for (int same = 0; same < 5; ) {
      System.gc();
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      MemoryUse before = now;
      now = Torch.memory();
      same = same(now, before) ? same + 1 : 0;
    }
  }
}
