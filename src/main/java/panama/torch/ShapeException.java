package panama.torch;

/**
 * Shapes that do not fit an operation, or each other. The message names those of all tensors that
 * were passed.
 */
public final class ShapeException extends TorchException {
  private static final long serialVersionUID = 1L;

  ShapeException(String message, String nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
