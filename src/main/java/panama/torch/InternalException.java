package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown when an internal check of libtorch fails: a bug in libtorch or in this library. Include
 * {@link #nativeBacktrace} and {@link Torch#buildInfo} in a bug report.
 */
public final class InternalException extends TorchException {
  private static final long serialVersionUID = 1L;

  InternalException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
