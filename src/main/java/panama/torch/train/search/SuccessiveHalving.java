package panama.torch.train.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import panama.torch.internal.Arguments;

/**
 * A search that evaluates many random configurations with a small budget, the best of them again
 * with eta times the budget, and so on: Jamieson and Talwalkar, "Non-stochastic best arm
 * identification and hyperparameter optimization" (2016), with the numbers of scikit-learn's
 * HalvingRandomSearchCV. It is the inner loop of Hyperband.
 *
 * <p>With eta 3, 9 trials and budgets from 1 to 9, it evaluates 9 trials with budget 1, the best 3
 * of them with budget 3, and the best of those with budget 9. A trial continues with the object
 * that it {@link Trial#carry carried}, or is trained again from the beginning with the same seed.
 *
 * <pre>{@code
 * SearchResult result =
 *     SuccessiveHalving.builder(space, 27) // at most 27 epochs
 *         .build()
 *         .run(
 *             trial -> {
 *               Net net = trial.carried(Net.class).orElseGet(() -> newNet(trial));
 *               for (int epoch = trial.previousBudget(); epoch < trial.budget(); epoch++) {
 *                 net.trainEpoch();
 *               }
 *               trial.carry(net);
 *               return net.validationLoss();
 *             });
 * }</pre>
 */
public final class SuccessiveHalving extends Search {
  private final int eta;
  private final int trials;
  private final List<Integer> budgets;

  private SuccessiveHalving(Builder options, int trials) {
    super(options);
    eta = options.eta;
    this.trials = trials;
    budgets = budgets(options, trials);
  }

  /** Returns the budget of each rung, up to the largest one or to the rung with the last trial. */
  private static List<Integer> budgets(Builder options, int trials) {
    List<Integer> budgets = new ArrayList<>();
    long budget = options.minResources;
    for (int left = trials; left >= 1 && budget <= options.maxResources; left /= options.eta) {
      budgets.add((int) budget);
      budget *= options.eta;
    }
    return List.copyOf(budgets);
  }

  /**
   * Returns a builder.
   *
   * @param space the parameters
   * @param maxResources the largest budget, such as the number of epochs, at least 1
   * @throws IllegalArgumentException if it is below 1
   */
  public static Builder builder(SearchSpace space, int maxResources) {
    return new Builder(space, maxResources);
  }

  /** The options of successive halving. */
  public static final class Builder extends Search.Builder<Builder> {
    private final int maxResources;
    private int minResources = 1;
    private int eta = 3;
    private int trials;

    private Builder(SearchSpace space, int maxResources) {
      super(space);
      this.maxResources = Arguments.positive("maxResources", maxResources);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the smallest budget. Default: 1.
     *
     * @param minResources the budget of the first rung, at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder minResources(int minResources) {
      this.minResources = Arguments.positive("minResources", minResources);
      return this;
    }

    /**
     * Sets the factor by which the budget grows from rung to rung; one of eta trials is kept.
     * Default: 3.
     *
     * @param eta the factor, at least 2
     * @return this builder
     * @throws IllegalArgumentException if it is below 2
     */
    public Builder eta(int eta) {
      if (eta < 2) {
        throw new IllegalArgumentException("eta: expected at least 2, got " + eta);
      }
      this.eta = eta;
      return this;
    }

    /**
     * Sets the number of configurations. Default: maxResources / minResources, so that the last
     * rung has a trial with the largest budget.
     *
     * @param trials the number of configurations, 1 to 100,000
     * @return this builder
     * @throws IllegalArgumentException for another number
     */
    public Builder trials(int trials) {
      this.trials = checkTrials(trials);
      return this;
    }

    /**
     * Returns the search.
     *
     * @throws IllegalArgumentException if minResources is above maxResources, or for more than
     *     100,000 configurations
     */
    public SuccessiveHalving build() {
      if (minResources > maxResources) {
        throw new IllegalArgumentException(
            "minResources: expected at most maxResources="
                + maxResources
                + ", got "
                + minResources);
      }
      return new SuccessiveHalving(
          this, trials > 0 ? trials : checkTrials(maxResources / minResources));
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
  boolean hasBudget(int budget) {
    return budgets.contains(budget);
  }

  @Override
  void run(TrialRunner runner) throws IOException {
    List<Integer> numbers = IntStream.range(0, trials).boxed().toList();
    int previous = 0;
    for (int budget : budgets) {
      int before = previous;
      List<TrialResult> rung =
          runner.run(
              numbers.stream().map(number -> runner.trial(number, budget, before)).iterator());
      if (runner.isCancelled()) {
        return;
      }
      numbers = best(rung, Math.ceilDiv(numbers.size(), eta));
      runner.forgetCarriedExcept(numbers);
      previous = budget;
    }
  }

  /**
   * Returns the numbers of the best trials, in order, without those that failed or whose score is
   * NaN.
   */
  private List<Integer> best(List<TrialResult> rung, int count) {
    return rung.stream()
        .filter(TrialResult::isRanked)
        .sorted(Comparator.comparing(TrialResult::score, direction().bestFirst()))
        .limit(count)
        .map(TrialResult::number)
        .sorted()
        .toList();
  }
}
