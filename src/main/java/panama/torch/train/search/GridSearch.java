package panama.torch.train.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import panama.torch.internal.Arguments;

/**
 * A search that evaluates all combinations of values. The value of the last parameter of the space
 * changes with each trial, that of the first least often, as in nested loops.
 *
 * <pre>{@code
 * SearchResult result =
 *     GridSearch.builder(space).points("lr", 4).values("hidden", 16, 64).build().run(objective);
 * }</pre>
 */
public final class GridSearch extends Search {
  private final Map<String, List<Object>> grid;
  private final int trials;
  private final int budget;

  private GridSearch(Builder options, Map<String, List<Object>> grid, int trials) {
    super(options);
    this.grid = grid;
    this.trials = trials;
    budget = options.budget;
  }

  /**
   * Returns a builder. A choice is evaluated with all its values by default; other parameters need
   * {@link Builder#points} or {@link Builder#values}.
   *
   * @param space the parameters
   */
  public static Builder builder(SearchSpace space) {
    return new Builder(space);
  }

  /** The options of a grid search. */
  public static final class Builder extends Search.Builder<Builder> {
    private final Map<String, List<Object>> chosen = new LinkedHashMap<>();
    private int budget = 1;

    private Builder(SearchSpace space) {
      super(space);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the number of values of a numeric parameter, which are evenly spaced from its lower to
     * its upper bound, on a logarithmic scale for {@link SearchSpace.Builder#logUniform}; integers
     * are rounded.
     *
     * @param name the name of the parameter
     * @param count the number of values, 2 to 100,000
     * @return this builder
     * @throws IllegalArgumentException if there is no such parameter, if it is a choice, for
     *     another number, or for more values than there are integers
     */
    public Builder points(String name, int count) {
      Parameter parameter = space.parameter(name);
      if (count < 2 || count > MOST_TRIALS) {
        throw new IllegalArgumentException(
            name + ": expected 2 to " + MOST_TRIALS + " points, got " + count);
      }
      chosen.put(name, parameter.points(count));
      return this;
    }

    /**
     * Sets the values of a parameter.
     *
     * @param name the name of the parameter
     * @param values in the range of the parameter, at least one, all different
     * @return this builder
     * @throws IllegalArgumentException if there is no such parameter, if there are no values, or if
     *     a value occurs twice or is not in the range
     */
    public Builder values(String name, Object... values) {
      Parameter parameter = space.parameter(name);
      List<Object> normalized =
          Stream.of(values)
              .map(value -> Parameter.normalized(name, value))
              .map(
                  value ->
                      parameter instanceof Parameter.Real && value instanceof Long whole
                          ? whole.doubleValue()
                          : value)
              .toList();
      for (Object value : normalized) {
        if (!parameter.contains(value)) {
          throw new IllegalArgumentException(
              name + ": expected values of " + parameter + ", got " + value);
        }
      }
      if (normalized.isEmpty() || normalized.stream().distinct().count() < values.length) {
        throw new IllegalArgumentException(
            name + ": expected at least one value and no duplicates, got " + normalized);
      }
      chosen.put(name, normalized);
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

    /**
     * Returns the search.
     *
     * @throws IllegalArgumentException if a numeric parameter has neither points nor values, or if
     *     there are more than 100,000 combinations
     */
    public GridSearch build() {
      Map<String, List<Object>> grid = new LinkedHashMap<>();
      List<String> missing = new ArrayList<>();
      long combinations = 1;
      for (String name : space.names()) {
        List<Object> values = chosen.get(name);
        if (values == null && space.parameter(name) instanceof Parameter.Choice choice) {
          values = choice.values();
        }
        if (values == null) {
          missing.add(name);
          continue;
        }
        grid.put(name, values);
        combinations = Math.min(combinations * values.size(), MOST_TRIALS + 1L);
      }
      if (!missing.isEmpty()) {
        throw new IllegalArgumentException(
            "grid: expected points(name, count) or values(name, ...) for the numeric parameters "
                + missing);
      }
      return new GridSearch(this, grid, checkTrials(combinations));
    }
  }

  @Override
  int numTrials() {
    return trials;
  }

  @Override
  Configuration configuration(int number) {
    int rest = number;
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : grid.keySet().stream().toList().reversed()) {
      List<Object> all = grid.get(name);
      values.put(name, all.get(rest % all.size()));
      rest /= all.size();
    }
    Map<String, Object> ordered = new LinkedHashMap<>();
    space().names().forEach(name -> ordered.put(name, values.get(name)));
    return new Configuration(ordered);
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
