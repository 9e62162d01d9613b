package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown for an index, a range or a dimension that is not there: an argument of {@code select},
 * say, or an element of an INT64 tensor of indices.
 */
public final class IndexException extends ArgumentException {
  private static final long serialVersionUID = 1L;

  /** A refusal that libtorch has no part in. */
  public IndexException(String message) {
    super(message);
  }

  IndexException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
