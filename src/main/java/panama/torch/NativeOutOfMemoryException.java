package panama.torch;

import java.util.function.Supplier;

/** Native memory could not be had. The Java heap has nothing to do with it. */
public final class NativeOutOfMemoryException extends TorchException {
  private static final long serialVersionUID = 1L;

  NativeOutOfMemoryException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
