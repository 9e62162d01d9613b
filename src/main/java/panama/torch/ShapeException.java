package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown for shapes that are invalid for an operation or incompatible with each other. The message
 * contains the shapes of all tensor arguments.
 */
public final class ShapeException extends ArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception without a native cause.
   *
   * @param message the argument, what was expected, and what was passed
   */
  public ShapeException(String message) {
    super(message);
  }

  ShapeException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
