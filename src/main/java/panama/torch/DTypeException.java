package panama.torch;

import java.util.function.Supplier;

/**
 * Element types that do not suit an operation, or each other; {@link Tensor#to(DType)} converts.
 */
public final class DTypeException extends TorchException {
  private static final long serialVersionUID = 1L;

  DTypeException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
