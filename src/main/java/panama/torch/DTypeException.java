package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown for element types that do not suit an operation, or each other; {@link Tensor#to(DType)}
 * converts.
 */
public final class DTypeException extends ArgumentException {
  private static final long serialVersionUID = 1L;

  /** A refusal that libtorch has no part in. */
  public DTypeException(String message) {
    super(message);
  }

  DTypeException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
