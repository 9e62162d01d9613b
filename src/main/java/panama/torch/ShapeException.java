package panama.torch;

import java.util.function.Supplier;

/**
 * Shapes that do not fit an operation, or each other. The message names those of all tensors that
 * were passed.
 */
public final class ShapeException extends TorchException {
  private static final long serialVersionUID = 1L;

  ShapeException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
