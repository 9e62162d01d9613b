package panama.torch;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.NativeErrors;

/**
 * libtorch refused an operation. The message names the Java operation with the types and shapes of
 * its tensors, then libtorch's reason:
 *
 * <pre>{@code
 * mm(float32[2, 3], float32[2, 3]): mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)
 * }</pre>
 *
 * <p>Its subclasses say what it was about:
 *
 * <table>
 * <caption>What is refused by libtorch</caption>
 * <tr><th>exception</th><th>when</th></tr>
 * <tr><td>{@link ShapeException}</td><td>shapes do not fit</td></tr>
 * <tr><td>{@link DTypeException}</td><td>element types do not suit</td></tr>
 * <tr><td>{@link DeviceException}</td><td>a device is absent, or another one expected</td></tr>
 * <tr><td>{@link IndexException}</td><td>an index or a dimension is not there</td></tr>
 * <tr><td>{@link UnsupportedOperatorException}</td><td>there is no kernel for it</td></tr>
 * <tr><td>{@link LinalgException}</td><td>a matrix is singular, or the like</td></tr>
 * <tr><td>{@link NativeOutOfMemoryException}</td><td>native memory could not be had</td></tr>
 * <tr><td>{@link InternalException}</td><td>libtorch or this library has a bug</td></tr>
 * <tr><td>{@code TorchException} itself</td><td>anything else, such as the rules of autograd</td></tr>
 * </table>
 *
 * <p>Most of libtorch's errors are of one class, told apart by their wording; one with a new
 * wording is a plain {@code TorchException}, so that code which must not miss any catches this
 * class.
 *
 * <p>What is wrong before libtorch is asked is what it would be anywhere in Java: {@link
 * IllegalArgumentException} for a value, which libtorch's few complaints about a mere value are,
 * too; {@link IllegalStateException} for a closed tensor or a guard on the wrong thread; {@link
 * NullPointerException}; {@link IndexOutOfBoundsException}.
 *
 * <p>An exception that a hook has thrown comes back as it was.
 */
public class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How the complaints begin of the shim itself, which quote schemas and names. */
  private static final Pattern OWN_CHECK =
      Pattern.compile("argument '|no operator |expected |\\w+: expected ");

  /** Every CUDA build can make a tensor. */
  private static final Pattern NO_CUDA =
      Pattern.compile("Could not run 'aten::empty[\\w.]*' with arguments from the 'CUDA' backend");

  static {
    NativeErrors.translateWith(TorchException::of);
  }

  private static final String WITHOUT_CUDA =
      ": expected a device that this libtorch has, got cuda, and it is a CPU build; use Device.CPU,"
          + " or a CUDA build of the same version by -Dpanama.torch.libtorch"
          + " (Torch.buildInfo() tells what is in use)";

  /** Nothing that can be sent to another process. */
  private final transient @Nullable Supplier<String> nativeBacktrace;

  /** An error with no native side. */
  public TorchException(String message) {
    this(message, () -> "");
  }

  TorchException(String message, Supplier<String> nativeBacktrace) {
    super(message);
    this.nativeBacktrace = nativeBacktrace;
  }

  /** Loading this class makes every native error one of its kind. */
  static void install() {}

  /**
   * libtorch's own account with its C++ backtrace; empty where there is none. The names of its
   * frames are looked up here, which takes milliseconds.
   */
  public String nativeBacktrace() {
    return nativeBacktrace == null ? "" : nativeBacktrace.get();
  }

  static RuntimeException of(
      NativeErrors.Status status, String operation, String message, Supplier<String> backtrace) {
    String text = operation + ": " + message;
    return switch (status) {
      case INDEX -> Refusal.of(message, text, backtrace, IndexException::new);
      case VALUE ->
          OWN_CHECK.matcher(message).lookingAt()
              ? new IllegalArgumentException(text)
              : Refusal.of(message, text, backtrace, (t, b) -> new IllegalArgumentException(t));
      case TYPE ->
          OWN_CHECK.matcher(message).lookingAt()
              ? new TorchException(text, backtrace)
              : Refusal.of(message, text, backtrace, TorchException::new);
      case NOT_IMPLEMENTED ->
          Refusal.DEVICE.is(message)
              ? new DeviceException(
                  NO_CUDA.matcher(message).lookingAt() ? operation + WITHOUT_CUDA : text, backtrace)
              : new UnsupportedOperatorException(text, backtrace);
      case OUT_OF_MEMORY -> new NativeOutOfMemoryException(text, backtrace);
      case LINALG -> new LinalgException(text, backtrace);
      case INTERNAL -> new InternalException(text, backtrace);
      case RUNTIME, HOOK -> Refusal.of(message, text, backtrace, TorchException::new);
    };
  }
}
