package panama.torch;

import java.util.function.Supplier;

/**
 * An index, a range or a dimension that is not there, as libtorch has found: an index within an
 * INT64 tensor, say. What this library checks itself is an {@link IndexOutOfBoundsException}.
 */
public final class IndexException extends TorchException {
  private static final long serialVersionUID = 1L;

  IndexException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
