package panama.torch;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.runtime.NativeErrors;
import panama.torch.internal.runtime.Wording;

/**
 * Thrown when a call fails for a reason other than an invalid argument: native memory is exhausted,
 * a matrix is singular, there is no kernel, a rule of autograd is violated. The message names the
 * Java operation with the types and shapes of its tensors, then libtorch's reason.
 *
 * <p>Subclasses, and other exceptions that a call may throw:
 *
 * <table>
 * <caption>Exceptions of this library</caption>
 * <tr><th>exception</th><th>when</th></tr>
 * <tr><td>{@link UnsupportedOperatorException}</td><td>the operator has no kernel for these types or this device</td></tr>
 * <tr><td>{@link LinalgException}</td><td>a matrix is singular or not positive definite</td></tr>
 * <tr><td>{@link NativeOutOfMemoryException}</td><td>native memory is exhausted</td></tr>
 * <tr><td>{@link InternalException}</td><td>libtorch or this library has a bug</td></tr>
 * <tr><td>{@code TorchException} itself</td><td>any other error, such as a violated rule of autograd</td></tr>
 * <tr><td>{@link ArgumentException}, not a {@code TorchException}</td><td>an argument has an
 * invalid shape, element type, index or device, whether this library or libtorch detects it</td></tr>
 * <tr><td>{@link IllegalArgumentException}</td><td>an argument has any other invalid value</td></tr>
 * <tr><td>{@link IllegalStateException}</td><td>a tensor is closed, or a guard is used on the wrong
 * thread</td></tr>
 * </table>
 *
 * <p>A service can map {@code IllegalArgumentException} to a bad request and {@code TorchException}
 * to an internal error. Most of libtorch's errors have one C++ class and are distinguished by their
 * messages; one with an unknown message is a plain {@code TorchException}.
 *
 * <p>An exception thrown by a hook is rethrown unchanged.
 */
public class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Prefixes of the shim's own messages. They quote a schema, which may mention sizes. */
  private static final Pattern QUOTES_SCHEMA =
      Pattern.compile("argument '|no operator |expected at most ");

  /** The error of a build without CUDA; any CUDA build can allocate a tensor. */
  private static final Pattern NO_CUDA =
      Pattern.compile("Could not run 'aten::empty[\\w.]*' with arguments from the 'CUDA' backend");

  static {
    NativeErrors.translateWith(TorchException::of);
  }

  private static final String WITHOUT_CUDA =
      ": expected a device that this libtorch has, got cuda, and it is a CPU build; use Device.CPU,"
          + " or a CUDA build of the same version by -Dpanama.torch.libtorch"
          + " (Torch.buildInfo() tells what is in use)";

  /** Not serialized, because it reads native memory. */
  private final transient @Nullable Supplier<String> nativeBacktrace;

  /**
   * Creates an exception without a native cause.
   *
   * @param message the message
   */
  public TorchException(String message) {
    this(message, () -> "");
  }

  TorchException(String message, Supplier<String> nativeBacktrace) {
    super(message);
    this.nativeBacktrace = nativeBacktrace;
  }

  /** Initializes this class, which registers the translation of native errors. */
  static void install() {}

  /**
   * Returns libtorch's message with its C++ backtrace; empty if there is none. The symbols of its
   * frames are resolved by this call, which takes milliseconds.
   */
  public String nativeBacktrace() {
    return nativeBacktrace == null ? "" : nativeBacktrace.get();
  }

  static RuntimeException of(
      NativeErrors.Status status, String operation, String message, Supplier<String> backtrace) {
    boolean ownCheck = QUOTES_SCHEMA.matcher(message).lookingAt();
    String text = operation + ": " + (ownCheck ? message : Wording.inJava(message));
    return switch (status) {
      case INDEX -> ErrorCategory.exceptionFor(message, text, backtrace, IndexException::new);
      case VALUE, TYPE ->
          ownCheck
              ? new ArgumentException(text, backtrace)
              : ErrorCategory.exceptionFor(message, text, backtrace, ArgumentException::new);
      case NOT_IMPLEMENTED ->
          ErrorCategory.DEVICE.matches(message)
              ? new DeviceException(
                  NO_CUDA.matcher(message).lookingAt() ? operation + WITHOUT_CUDA : text, backtrace)
              : new UnsupportedOperatorException(text, backtrace);
      case OUT_OF_MEMORY -> new NativeOutOfMemoryException(text, backtrace);
      case LINALG -> new LinalgException(text, backtrace);
      case INTERNAL -> new InternalException(text, backtrace);
      case RUNTIME, HOOK ->
          ErrorCategory.exceptionFor(message, text, backtrace, TorchException::new);
    };
  }
}
