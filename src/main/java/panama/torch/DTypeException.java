package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown for element types that an operation does not support or that are incompatible with each
 * other. {@link Tensor#to(DType)} converts.
 */
public final class DTypeException extends ArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception without a native cause.
   *
   * @param message the argument, what was expected, and what was passed
   */
  public DTypeException(String message) {
    super(message);
  }

  DTypeException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
