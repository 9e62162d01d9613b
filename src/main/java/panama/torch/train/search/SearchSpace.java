package panama.torch.train.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hyperparameters that a search varies, with their ranges.
 *
 * <pre>{@code
 * SearchSpace space =
 *     SearchSpace.builder()
 *         .choice("cell", "lstm", "gru")
 *         .integer("hidden", 16, 128)
 *         .uniform("dropout", 0, 0.5)
 *         .logUniform("lr", 1e-4, 1e-1)
 *         .build();
 * }</pre>
 */
public final class SearchSpace {
  private final SequencedMap<String, Parameter> parameters;

  private SearchSpace(SequencedMap<String, Parameter> parameters) {
    this.parameters = parameters;
  }

  /** Returns a builder without parameters. */
  public static Builder builder() {
    return new Builder();
  }

  /** The parameters of a space, in the order in which they are added. */
  public static final class Builder {
    private final SequencedMap<String, Parameter> parameters = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a parameter that is one of several values, which are all equally likely.
     *
     * @param name the name of the parameter
     * @param values strings, booleans or finite numbers, at least one, all different
     * @return this builder
     * @throws IllegalArgumentException if the name is blank or already used, if there are no
     *     values, or if a value is of another type or occurs twice
     */
    public Builder choice(String name, Object... values) {
      List<Object> normalized =
          Stream.of(values).map(value -> Parameter.normalized(name, value)).toList();
      if (normalized.isEmpty() || normalized.stream().distinct().count() < values.length) {
        throw new IllegalArgumentException(
            name + ": expected at least one value and no duplicates, got " + normalized);
      }
      return add(new Parameter.Choice(name, normalized));
    }

    /**
     * Adds an integer parameter, whose values are all equally likely.
     *
     * @param name the name of the parameter
     * @param low the smallest value
     * @param high the largest value, included, at least {@code low}
     * @return this builder
     * @throws IllegalArgumentException if the name is blank or already used, or if high is below
     *     low
     */
    public Builder integer(String name, int low, int high) {
      if (high < low) {
        throw new IllegalArgumentException(
            name + ": expected high of at least low=" + low + ", got " + high);
      }
      return add(new Parameter.Whole(name, low, high));
    }

    /**
     * Adds a parameter that is uniformly distributed.
     *
     * @param name the name of the parameter
     * @param low the smallest value
     * @param high the largest value, above {@code low}
     * @return this builder
     * @throws IllegalArgumentException if the name is blank or already used, or unless low is below
     *     high and the difference is finite
     */
    public Builder uniform(String name, double low, double high) {
      if (!(low < high) || !Double.isFinite(high - low)) {
        throw new IllegalArgumentException(
            name + ": expected finite low < high, got low=" + low + ", high=" + high);
      }
      return add(new Parameter.Real(name, low, high, false));
    }

    /**
     * Adds a parameter whose logarithm is uniformly distributed, such as a learning rate: values
     * from 0.001 to 0.01 are as likely as those from 0.01 to 0.1.
     *
     * @param name the name of the parameter
     * @param low the smallest value, above 0
     * @param high the largest value, above {@code low}
     * @return this builder
     * @throws IllegalArgumentException if the name is blank or already used, or unless 0 &lt; low
     *     &lt; high and both are finite
     */
    public Builder logUniform(String name, double low, double high) {
      if (!(low > 0 && low < high) || !Double.isFinite(high)) {
        throw new IllegalArgumentException(
            name + ": expected finite 0 < low < high, got low=" + low + ", high=" + high);
      }
      return add(new Parameter.Real(name, low, high, true));
    }

    private Builder add(Parameter parameter) {
      if (parameter.name().isBlank()) {
        throw new IllegalArgumentException("name: expected the name of a parameter, got a blank");
      }
      if (parameters.putIfAbsent(parameter.name(), parameter) != null) {
        throw new IllegalArgumentException(
            "name: there is already a parameter '" + parameter.name() + "'");
      }
      return this;
    }

    /**
     * Returns the space.
     *
     * @throws IllegalArgumentException if there are no parameters
     */
    public SearchSpace build() {
      if (parameters.isEmpty()) {
        throw new IllegalArgumentException(
            "space: expected at least one parameter; add choice(...), integer(...), uniform(...)"
                + " or logUniform(...)");
      }
      return new SearchSpace(new LinkedHashMap<>(parameters));
    }
  }

  /** Returns the names of the parameters, in order. */
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(parameters.sequencedKeySet());
  }

  /**
   * Returns whether a parameter has a numeric range, which a choice has not.
   *
   * @param name the name of a parameter
   * @throws IllegalArgumentException if there is no such parameter
   */
  public boolean isNumeric(String name) {
    return !(parameter(name) instanceof Parameter.Choice);
  }

  /**
   * Returns whether the logarithm of a parameter is uniformly distributed, as of {@link
   * Builder#logUniform}.
   *
   * @param name the name of a parameter
   * @throws IllegalArgumentException if there is no such parameter
   */
  public boolean isLogarithmic(String name) {
    return parameter(name) instanceof Parameter.Real real && real.logarithmic();
  }

  Parameter parameter(String name) {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      throw NearestNames.unknown(name, parameters.keySet());
    }
    return parameter;
  }

  /** Draws a value for each parameter. */
  Configuration draw(Random random) {
    Map<String, Object> values = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> values.put(name, parameter.draw(random)));
    return new Configuration(values);
  }

  /** Returns the ranges, such as {@code SearchSpace(lr: logUniform 1.0E-4 to 0.1)}. */
  @Override
  public String toString() {
    return parameters.values().stream()
        .map(parameter -> parameter.name() + ": " + parameter)
        .collect(Collectors.joining(", ", "SearchSpace(", ")"));
  }
}
