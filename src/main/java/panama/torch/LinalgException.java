package panama.torch;

import java.util.function.Supplier;

/**
 * A system that has no solution, or a decomposition that failed: a singular matrix, or one that is
 * not positive definite. PyTorch's {@code LinAlgError}.
 */
public final class LinalgException extends TorchException {
  private static final long serialVersionUID = 1L;

  LinalgException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
