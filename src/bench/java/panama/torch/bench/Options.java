package panama.torch.bench;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The options of a run.
 *
 * @param rounds how often each row is measured
 * @param filter which rows are measured: those whose text has a match
 * @param isShort whether this run only shows that the suite works
 */
record Options(int rounds, String filter, boolean isShort) {
  private static final int LARGEST_OF_SHORT_RUN = 256;

  static Options fromProperties() {
    String given = System.getProperty("bench.short", "false");
    boolean isShort = !given.equals("false");
    String rounds = System.getProperty("rounds", "");
    return new Options(
        rounds.isEmpty() ? (isShort ? 1 : 7) : Integer.parseInt(rounds),
        System.getProperty("bench.filter", ""),
        isShort);
  }

  /** Returns whether a row is measured: in a short run, not if a step of it takes long. */
  boolean includes(Row row) {
    return Pattern.compile(filter).matcher(row.toString()).find()
        && !(isShort && row.cell().number("hidden", 0) > LARGEST_OF_SHORT_RUN);
  }

  /** Returns 0, for a round that warms up and is not counted, or 1 for none. */
  int firstRound() {
    return isShort ? 1 : 0;
  }

  /** Returns whether the report replaces docs/benchmarks.md. */
  boolean isFull() {
    return filter.isEmpty() && !isShort;
  }

  Path folder() {
    return Path.of(isFull() ? "docs" : "target");
  }

  /** Returns the seconds for which a peer repeats a cell. */
  double turn() {
    return isShort ? 0.03 : 0.3;
  }

  /** Returns the seconds to warm up before a turn of some seconds. */
  double warm(double turn) {
    return isShort ? 0 : turn / 3;
  }

  /** Returns the seconds for cells whose mean is measured. */
  double longTurn() {
    return isShort ? 0.3 : 3;
  }

  /** Returns the epochs of the example language-id. */
  int epochs(int full) {
    return isShort ? 1 : full;
  }
}
