package panama.torch;

import java.util.function.Supplier;

/** Thrown when native memory is exhausted. The Java heap is not involved. */
public final class NativeOutOfMemoryException extends TorchException {
  private static final long serialVersionUID = 1L;

  NativeOutOfMemoryException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
