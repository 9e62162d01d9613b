package panama.torch.train.search;

import java.io.IOException;
import java.util.stream.IntStream;
import panama.torch.internal.Arguments;

/**
 * A search that evaluates configurations drawn at random: Bergstra and Bengio, "Random search for
 * hyper-parameter optimization" (2012). The configuration of a trial depends only on the space, the
 * seed and the number of the trial, so that a search with more trials continues one with fewer.
 *
 * <pre>{@code
 * SearchResult result =
 *     RandomSearch.builder(space, 20)
 *         .seed(1)
 *         .budget(10) // the number of epochs
 *         .table(Path.of("search.csv"))
 *         .build()
 *         .run(trial -> train(trial.configuration(), trial.budget()));
 * Configuration best = result.best().configuration();
 * }</pre>
 */
public final class RandomSearch extends Search {
  private final int trials;
  private final int budget;

  private RandomSearch(Builder options) {
    super(options);
    trials = options.trials;
    budget = options.budget;
  }

  /**
   * Returns a builder.
   *
   * @param space the parameters
   * @param trials the number of trials, each with a configuration, 1 to 100,000
   * @throws IllegalArgumentException for another number
   */
  public static Builder builder(SearchSpace space, int trials) {
    return new Builder(space, trials);
  }

  /** The options of a random search. */
  public static final class Builder extends Search.Builder<Builder> {
    private final int trials;
    private int budget = 1;

    private Builder(SearchSpace space, int trials) {
      super(space);
      this.trials = checkTrials(trials);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets {@link Trial#budget} of all trials, such as the number of epochs. Default: 1.
     *
     * @param budget the budget, at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder budget(int budget) {
      this.budget = Arguments.positive("budget", budget);
      return this;
    }

    /**
     * Sets the rule by which {@link Trial#report} stops trials. Default: none.
     *
     * @param rule the rule
     * @return this builder
     */
    public Builder earlyStopping(MedianRule rule) {
      return earlyStoppingBy(rule);
    }

    /** Returns the search. */
    public RandomSearch build() {
      return new RandomSearch(this);
    }
  }

  @Override
  int numTrials() {
    return trials;
  }

  @Override
  Configuration configuration(int number) {
    return draw(number);
  }

  @Override
  boolean hasBudget(int other) {
    return other == budget;
  }

  @Override
  void run(TrialRunner runner) throws IOException {
    runner.run(IntStream.range(0, trials).mapToObj(i -> runner.trial(i, budget, 0)).iterator());
  }
}
