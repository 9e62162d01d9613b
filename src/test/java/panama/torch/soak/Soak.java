package panama.torch.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The soak tests. Each runs in a separate process, whose memory is measured. The main method runs
 * them in full and prints a table; it exits with status 1 if a bound is exceeded.
 *
 * <p>Tests that compare resident memory disable the JVM's C2 compiler: it compiles for thousands of
 * steps, and the C library keeps the memory that it used.
 */
@SuppressWarnings("ImmutableEnumChecker") // records of numbers, and List.of
enum Soak {
  /** Training with a scope for each step. */
  SCOPED_TRAINING(ScopedTraining.class),

  /** Training without any scope. */
  COLLECTED_TRAINING(CollectedTraining.class, "-Dpanama.torch.nativeBudget=67108864"),

  /** Training with another length and batch size in every step. */
  RANDOM_SHAPES(RandomShapes.class),

  /** The same, with a new thread every 50 steps. */
  FRESH_THREADS(FreshThreads.class),

  /** Creates temporaries that are not closed, 100 GiB in full. */
  COLLECTOR_AS_OWNER(
      CollectorAsOwner.class,
      new Extent(100 * 1024, 1.3),
      new Extent(2 * 1024, Double.POSITIVE_INFINITY),
      List.of("-Xmx256m", "-Dpanama.torch.nativeBudget=268435456"));

  /**
   * The extent of a soak test.
   *
   * @param amount the number of steps or MiB
   * @param bound the largest relative change of resident memory, or the largest ratio of two times
   */
  record Extent(long amount, double bound) {}

  /**
   * The result of a soak test.
   *
   * @param text what it printed, on one line
   */
  record Outcome(boolean held, String text) {}

  /** The heap is resident from the start, so that its growth is not taken for a leak. */
  private static final List<String> HEAP = List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch");

  /**
   * A tenth of the primitives that oneDNN caches by default, so that the cache is full early and
   * evicts primitives for most of the run.
   */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("OMP_WAIT_POLICY", "PASSIVE", "ONEDNN_PRIMITIVE_CACHE_CAPACITY", "100");

  private final Class<?> program;
  private final Extent full;
  private final Extent brief;
  private final List<String> flags;

  Soak(Class<?> program, Extent full, Extent brief, List<String> flags) {
    this.program = program;
    this.full = full;
    this.brief = brief;
    this.flags = flags;
  }

  /** Creates a soak test of training, which compares resident memory. */
  Soak(Class<?> program, String... flags) {
    this(
        program,
        new Extent(10_000, 0.02),
        new Extent(600, 0.15),
        Stream.concat(Stream.of("-XX:TieredStopAtLevel=1"), Stream.of(flags)).toList());
  }

  /**
   * Makes all threads share one arena of glibc. Each arena keeps the largest amount of memory that
   * was used in it.
   */
  private Map<String, String> environment() {
    return this == FRESH_THREADS ? Map.of("MALLOC_ARENA_MAX", "1") : Map.of();
  }

  private String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Extent brief() {
    return brief;
  }

  Outcome run(Extent extent) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(HEAP);
    command.addAll(flags);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Dpanama.torch.home=" + System.getProperty("panama.torch.home"),
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            Long.toString(extent.amount()),
            Double.toString(extent.bound())));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(ENVIRONMENT);
    builder.environment().putAll(environment());
    Process process = builder.start();
    String text = String.join(" | ", process.inputReader().lines().toList());
    return new Outcome(process.waitFor() == 0, text);
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    boolean held = true;
    StringBuilder table = new StringBuilder();
    for (Soak soak : values()) {
      long start = System.nanoTime();
      Outcome outcome = soak.run(soak.full);
      held &= outcome.held;
      table.append(
          String.format(
              Locale.ROOT,
              "%-20s %7d %6d s  %-6s  %s%n",
              soak.title(),
              soak.full.amount,
              (System.nanoTime() - start) / 1_000_000_000,
              outcome.held ? "held" : "BROKEN",
              outcome.text));
    }
    System.out.printf("%-20s %7s %8s  %-6s  %s%n", "soak", "amount", "time", "bound", "measured");
    System.out.print(table);
    System.out.println("all: " + HEAP + " " + ENVIRONMENT);
    for (Soak soak : values()) {
      System.out.println(soak.title() + ": " + soak.flags + " " + soak.environment());
    }
    System.exit(held ? 0 : 1);
  }
}
