package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown for an index or a dimension that is out of range: an argument of {@code select}, for
 * example, or an element of an INT64 tensor of indices.
 */
public final class IndexException extends ArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception without a native cause.
   *
   * @param message the argument, what was expected, and what was passed
   */
  public IndexException(String message) {
    super(message);
  }

  IndexException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
