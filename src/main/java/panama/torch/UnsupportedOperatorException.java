package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown when libtorch does not implement an operator for the given types or device. PyTorch's
 * {@code NotImplementedError}.
 */
public final class UnsupportedOperatorException extends TorchException {
  private static final long serialVersionUID = 1L;

  UnsupportedOperatorException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
