package panama.torch;

import java.util.function.Supplier;

/**
 * libtorch has no implementation of an operator for these types, or on this device; PyTorch's
 * {@code NotImplementedError}.
 */
public final class UnsupportedOperatorException extends TorchException {
  private static final long serialVersionUID = 1L;

  UnsupportedOperatorException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
