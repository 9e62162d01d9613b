package panama.torch.bench;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.LongSupplier;

/**
 * A program that is measured. It answers each line of standard input by one line:
 *
 * <ul>
 *   <li>{@code versions}: what computes here;
 *   <li>{@code WARM SECONDS CELL}: the nanoseconds of each repeat of a {@link Cell}, which is
 *       repeated untimed for WARM seconds and then for SECONDS, at least once. A repeat is {@code
 *       calls=} calls, 1 by default, and its time is divided by them. Instead of the time, {@code
 *       clock=thread} measures the processor time of the calling thread, and {@code clock=heap} the
 *       bytes that it allocates on the Java heap. A cell that cannot be computed gets {@code
 *       unsupported: REASON} or {@code failed: REASON}.
 * </ul>
 *
 * <p>Between two lines the program waits for input, so that only one of several is computing.
 */
public abstract class Worker {
  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Map<String, Work> prepared = new HashMap<>();

  /** A prepared cell. */
  @FunctionalInterface
  public interface Work {
    /** Computes it once. */
    void run() throws Exception;

    /** Computes it several times. */
    default void run(int calls) throws Exception {
      for (int i = 0; i < calls; i++) {
        run();
      }
    }
  }

  /** Returns the name and version of what computes. */
  protected abstract String versions() throws Exception;

  /**
   * Prepares a cell.
   *
   * @throws UnsupportedOperationException with the reason, if it cannot be computed
   */
  protected abstract Work prepare(Cell cell) throws Exception;

  /** Sets the number of threads that an operation uses. */
  protected abstract void setThreads(int threads) throws Exception;

  /** Answers lines until standard input ends. */
  public final void serve() throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err); // libraries may print
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      answers.println(answer(line).replace('\n', ' '));
    }
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // into the log of this worker
  private String answer(String line) {
    try {
      if (line.equals("versions")) {
        return versions();
      }
      String[] words = line.split(" ", 3);
      return measure(
          Cell.parse(words[2]), Double.parseDouble(words[0]), Double.parseDouble(words[1]));
    } catch (UnsupportedOperationException e) {
      return "unsupported: " + e.getMessage();
    } catch (Exception | LinkageError e) {
      e.printStackTrace();
      return "failed: " + e;
    }
  }

  private String measure(Cell cell, double warm, double seconds) throws Exception {
    setThreads(cell.number("threads", 1));
    Work work = prepared.get(cell.toString());
    if (work == null) {
      work = prepare(cell);
      prepared.put(cell.toString(), work);
    }
    int calls = cell.number("calls", 1);
    LongSupplier clock =
        switch (cell.options().getOrDefault("clock", "wall")) {
          case "thread" -> THREAD::getCurrentThreadCpuTime;
          case "heap" -> THREAD::getCurrentThreadAllocatedBytes;
          default -> System::nanoTime;
        };
    long end = after(warm);
    while (System.nanoTime() < end) {
      work.run();
    }
    StringJoiner times = new StringJoiner(" ");
    end = after(seconds);
    do {
      long start = clock.getAsLong();
      work.run(calls);
      times.add(String.format(Locale.ROOT, "%.1f", (clock.getAsLong() - start) / (double) calls));
    } while (System.nanoTime() < end);
    return times.toString();
  }

  private static long after(double seconds) {
    return System.nanoTime() + (long) (seconds * 1e9);
  }
}
