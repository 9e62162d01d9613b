package panama.torch;

import panama.torch.internal.NativeErrors;

/**
 * libtorch refused an operation. The message names the Java operation with the types and shapes of
 * its tensors, then libtorch's reason.
 */
public class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  static {
    NativeErrors.translateWith(TorchException::of);
  }

  private final String nativeBacktrace;

  /** An error with no native side. */
  public TorchException(String message) {
    this(message, "");
  }

  TorchException(String message, String nativeBacktrace) {
    super(message);
    this.nativeBacktrace = nativeBacktrace;
  }

  /** Loading this class makes every native error one of its kind. */
  static void install() {}

  /** libtorch's own account with its C++ backtrace; empty where there is none. */
  public String nativeBacktrace() {
    return nativeBacktrace;
  }

  private static RuntimeException of(
      NativeErrors.Status status, String operation, String message, String backtrace) {
    String text = operation + ": " + message;
    return switch (status) {
      case INDEX -> new IndexOutOfBoundsException(text);
      case VALUE -> new IllegalArgumentException(text);
      case OUT_OF_MEMORY -> new NativeOutOfMemoryException(text, backtrace);
      case TYPE, NOT_IMPLEMENTED, LINALG, RUNTIME, INTERNAL, HOOK ->
          new TorchException(text, backtrace);
    };
  }
}
