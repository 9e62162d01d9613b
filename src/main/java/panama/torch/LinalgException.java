package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown for a system without a solution or a failed decomposition, as of a matrix that is singular
 * or not positive definite. PyTorch's {@code LinAlgError}.
 */
public final class LinalgException extends TorchException {
  private static final long serialVersionUID = 1L;

  LinalgException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
