package panama.torch;

/**
 * Element types that do not suit an operation, or each other; {@link Tensor#to(DType)} converts.
 */
public final class DTypeException extends TorchException {
  private static final long serialVersionUID = 1L;

  DTypeException(String message, String nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
