package panama.torch;

/**
 * libtorch has no implementation of an operator for these types, or on this device; PyTorch's
 * {@code NotImplementedError}.
 */
public final class UnsupportedOperatorException extends TorchException {
  private static final long serialVersionUID = 1L;

  UnsupportedOperatorException(String message, String nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
