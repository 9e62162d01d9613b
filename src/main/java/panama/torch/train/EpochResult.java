package panama.torch.train;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The results of an epoch.
 *
 * @param epoch the number of the epoch, from 1
 * @param values the values by name, in order: {@code loss}; with a validation, {@code validation
 *     loss} and the metrics of the validation; and {@code lr}, the learning rate at the start of
 *     the epoch
 */
public record EpochResult(int epoch, Map<String, Double> values) {
  static final String LOSS = "loss";
  static final String VALIDATION_LOSS = "validation loss";
  static final String RATE = "lr";

  /** Copies the values. */
  public EpochResult {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Returns the mean training loss over the examples of the epoch. */
  public double loss() {
    return value(LOSS);
  }

  /**
   * Returns a value by name.
   *
   * @param name the name, such as {@code validation loss} or that of a metric
   * @throws IllegalArgumentException if there is no value of this name
   */
  public double value(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "name: expected one of " + values.keySet() + ", got '" + name + "'");
    }
    return value;
  }

  /** Returns the values in one line. */
  @Override
  public String toString() {
    return "epoch "
        + epoch
        + values.entrySet().stream()
            .map(e -> String.format(Locale.ROOT, ", %s %.4g", e.getKey(), e.getValue()))
            .collect(Collectors.joining());
  }
}
