package panama.torch;

import java.util.function.Supplier;

/**
 * libtorch has broken its own promises: a bug in it, or in this library. {@link #nativeBacktrace}
 * and {@link Torch#buildInfo} belong in the report.
 */
public final class InternalException extends TorchException {
  private static final long serialVersionUID = 1L;

  InternalException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
