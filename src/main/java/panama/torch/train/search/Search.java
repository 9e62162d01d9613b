package panama.torch.train.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A search for the best configuration of a {@link SearchSpace}. */
public abstract sealed class Search permits GridSearch, RandomSearch, SuccessiveHalving {
  static final int MOST_TRIALS = 100_000;
  private static final int MOST_PARALLEL = 1024;

  private final SearchSpace space;
  private final Direction direction;
  private final long seed;
  private final int parallelism;
  private final @Nullable Path table;
  private final @Nullable MedianRule earlyStopping;

  Search(Builder<?> options) {
    space = options.space;
    direction = options.direction;
    seed = options.seed;
    parallelism = options.parallelism;
    table = options.table;
    earlyStopping = options.earlyStopping;
  }

  /**
   * The options that all searches have.
   *
   * @param <B> the class of the builder
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      permits GridSearch.Builder, RandomSearch.Builder, SuccessiveHalving.Builder {
    final SearchSpace space;
    private Direction direction = Direction.MINIMIZE;
    private long seed;
    private int parallelism = 1;
    private @Nullable Path table;
    private @Nullable MedianRule earlyStopping;

    Builder(SearchSpace space) {
      this.space = Objects.requireNonNull(space, "space");
    }

    abstract B self();

    /**
     * Sets whether scores are minimized or maximized. Default: {@link Direction#MINIMIZE}.
     *
     * @param direction the direction
     * @return this builder
     */
    public B direction(Direction direction) {
      this.direction = Objects.requireNonNull(direction, "direction");
      return self();
    }

    /**
     * Sets the seed, from which the configurations of random searches and the seeds of trials are
     * derived. Default: 0.
     *
     * @param seed the seed
     * @return this builder
     */
    public B seed(long seed) {
      this.seed = seed;
      return self();
    }

    /**
     * Sets the number of trials that run at once. Default: 1.
     *
     * @param parallelism the number of trials, 1 to 1024
     * @return this builder
     * @throws IllegalArgumentException for another number
     */
    public B parallelism(int parallelism) {
      if (parallelism < 1 || parallelism > MOST_PARALLEL) {
        throw new IllegalArgumentException(
            "parallelism: expected 1 to " + MOST_PARALLEL + ", got " + parallelism);
      }
      this.parallelism = parallelism;
      return self();
    }

    /**
     * Sets a CSV file to which the result of each trial is appended when the trial ends. If the
     * file exists, the search resumes: trials with a result in it, failed ones included, are not
     * run again. When the search is complete, the file is sorted by budget and trial. Default:
     * none.
     *
     * @param table the file
     * @return this builder
     */
    public B table(Path table) {
      this.table = Objects.requireNonNull(table, "table");
      return self();
    }

    B earlyStoppingBy(MedianRule rule) {
      earlyStopping = Objects.requireNonNull(rule, "rule");
      return self();
    }
  }

  static int checkTrials(long trials) {
    if (trials < 1 || trials > MOST_TRIALS) {
      throw new IllegalArgumentException(
          "trials: expected 1 to "
              + MOST_TRIALS
              + ", got "
              + (trials > MOST_TRIALS ? "more" : Long.toString(trials)));
    }
    return (int) trials;
  }

  /** Draws the configuration of a trial. */
  Configuration draw(int number) {
    // A seed of its own, so that the trial's numbers are not those of its configuration.
    return space.draw(new Random(Seeds.of(seedOf(number), 0)));
  }

  /** Returns the number of configurations. */
  abstract int numTrials();

  /** Returns the configuration of a trial. */
  abstract Configuration configuration(int number);

  /** Returns whether trials are evaluated with a budget. */
  abstract boolean hasBudget(int budget);

  /** Runs all trials, or fewer if the runner is cancelled. */
  abstract void run(TrialRunner runner) throws IOException;

  /** Returns the seed of a trial. */
  long seedOf(int number) {
    return Seeds.of(seed, number);
  }

  @Nullable MedianRule earlyStopping() {
    return earlyStopping;
  }

  SearchSpace space() {
    return space;
  }

  Direction direction() {
    return direction;
  }

  int parallelism() {
    return parallelism;
  }

  /**
   * Runs the search, and returns when all trials have ended. A trial that throws an exception is
   * recorded as failed, and the search continues.
   *
   * <p>If the calling thread is interrupted, no more trials are started, {@link Trial#isCancelled}
   * returns true in those that are running, and the results so far are returned when these have
   * ended; the interrupt status remains set. If the process is ended, as by Ctrl-C, running trials
   * are cancelled in the same way, and have ten seconds to end. The table contains the results of
   * the trials that ended before, in both cases.
   *
   * @param objective evaluates a configuration
   * @return the results
   * @throws IOException if the table cannot be read or written, or is not of this search
   * @throws IllegalStateException if all trials failed; its cause is the first failure
   */
  public SearchResult run(Objective objective) throws IOException {
    Objects.requireNonNull(objective, "objective");
    if (table == null) {
      return run(objective, null);
    }
    SearchResult result;
    try (ResultTable rows = ResultTable.open(table, space)) {
      result = run(objective, rows);
    }
    if (result.isComplete()) {
      result.save(table);
    }
    return result;
  }

  private SearchResult run(Objective objective, @Nullable ResultTable rows) throws IOException {
    try (TrialRunner runner =
        new TrialRunner(this, objective, rows, rows == null ? Map.of() : rows.results(this))) {
      run(runner);
      List<TrialResult> results = runner.results();
      boolean complete = !runner.isCancelled();
      if (complete
          && results.stream().allMatch(result -> result.status() == TrialResult.Status.FAILED)) {
        throw new IllegalStateException(
            "all "
                + results.size()
                + " trials failed, the first with "
                + results.getFirst().message(),
            runner.firstFailure());
      }
      return new SearchResult(space, direction, results, complete);
    }
  }
}
