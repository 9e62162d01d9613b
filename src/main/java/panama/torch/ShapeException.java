package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown for shapes that do not fit an operation, or each other. The message names those of all
 * tensors that were passed.
 */
public final class ShapeException extends ArgumentException {
  private static final long serialVersionUID = 1L;

  /** A refusal that libtorch has no part in. */
  public ShapeException(String message) {
    super(message);
  }

  ShapeException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
