package panama.torch.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Collects all differences between a state dict and the expected one, for a single exception. */
public final class StateDictErrors {
  private final List<String> errors;
  private final String prefix;

  public StateDictErrors() {
    this(new ArrayList<>(), "");
  }

  private StateDictErrors(List<String> errors, String prefix) {
    this.errors = errors;
    this.prefix = prefix;
  }

  /** Returns a view of the same errors that puts a prefix before each name. */
  public StateDictErrors withPrefix(String added) {
    return new StateDictErrors(errors, prefix + added);
  }

  /** Adds an expected entry that is absent. */
  public void missing(String name) {
    errors.add("missing: " + prefix + name);
  }

  /** Adds an entry that is not expected. */
  public void unexpected(String name) {
    errors.add("unexpected: " + prefix + name);
  }

  /** Adds an entry that is not expected, with the most similar name that would be. */
  public void unexpected(String name, String nearest) {
    errors.add("unexpected: %s%s; the nearest name is '%s'".formatted(prefix, name, nearest));
  }

  /** Adds an entry that has another value, type or shape than expected. */
  public void mismatch(String name, Object expected, Object actual) {
    errors.add("%s%s: expected %s, got %s".formatted(prefix, name, expected, actual));
  }

  /** Adds every name that only one of the maps has. */
  public void compareNames(Map<String, ?> expected, Map<String, ?> actual) {
    expected.keySet().stream().filter(name -> !actual.containsKey(name)).forEach(this::missing);
    actual.keySet().stream().filter(name -> !expected.containsKey(name)).forEach(this::unexpected);
  }

  /** Adds every name that only one of the maps has, and every shape that differs. */
  public void compareShapes(Map<String, ?> expected, Map<String, ?> actual) {
    compareNames(expected, actual);
    expected.forEach(
        (name, shape) -> {
          Object other = actual.get(name);
          if (other != null && !other.equals(shape)) {
            mismatch(name, "shape " + shape, other);
          }
        });
  }

  /**
   * Throws an exception that lists all errors, if there are any.
   *
   * @param message its first line, without a colon
   * @param exception makes it from its message
   */
  public void throwIfAny(String message, Function<String, ? extends RuntimeException> exception) {
    if (!errors.isEmpty()) {
      throw exception.apply(message + ":\n  " + String.join("\n  ", errors));
    }
  }
}
