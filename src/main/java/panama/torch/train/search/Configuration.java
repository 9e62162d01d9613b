package panama.torch.train.search;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A value for each parameter of a {@link SearchSpace}. */
public final class Configuration {
  private final Map<String, Object> values;

  Configuration(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Returns the value of an integer parameter.
   *
   * @param name the name of the parameter
   * @throws IllegalArgumentException if there is no such parameter, or its value is not an int
   */
  public int getInt(String name) {
    Object value = get(name);
    if (value instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    throw wrongType(name, "an int", value);
  }

  /**
   * Returns the value of a numeric parameter.
   *
   * @param name the name of the parameter
   * @throws IllegalArgumentException if there is no such parameter, or its value is not a number
   */
  public double getDouble(String name) {
    if (get(name) instanceof Number number) {
      return number.doubleValue();
    }
    throw wrongType(name, "a number", get(name));
  }

  /**
   * Returns the value of a choice of strings.
   *
   * @param name the name of the parameter
   * @throws IllegalArgumentException if there is no such parameter, or its value is not a string
   */
  public String getString(String name) {
    if (get(name) instanceof String text) {
      return text;
    }
    throw wrongType(name, "a string", get(name));
  }

  /**
   * Returns the value of a choice of booleans.
   *
   * @param name the name of the parameter
   * @throws IllegalArgumentException if there is no such parameter, or its value is not a boolean
   */
  public boolean getBoolean(String name) {
    if (get(name) instanceof Boolean flag) {
      return flag;
    }
    throw wrongType(name, "a boolean", get(name));
  }

  private Object get(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw NearestNames.unknown(name, values.keySet());
    }
    return value;
  }

  private static IllegalArgumentException wrongType(String name, String expected, Object value) {
    return new IllegalArgumentException(
        name
            + ": expected "
            + expected
            + ", got the "
            + value.getClass().getSimpleName()
            + " "
            + value);
  }

  /** Returns the values by name, in the order of the space: String, Boolean, Long or Double. */
  public Map<String, Object> asMap() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Configuration configuration && values.equals(configuration.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** Returns the values, such as {@code {cell=lstm, hidden=32}}. */
  @Override
  public String toString() {
    return values.toString();
  }
}
