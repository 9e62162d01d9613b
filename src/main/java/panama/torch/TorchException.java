package panama.torch;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.runtime.NativeErrors;
import panama.torch.internal.runtime.Wording;

/**
 * Thrown when a call fails through no fault of a single argument: native memory ran out, a matrix
 * is singular, there is no kernel, a rule of autograd is broken. The message names the Java
 * operation with the types and shapes of its tensors, then libtorch's reason.
 *
 * <p>Its subclasses, and what else a call may throw:
 *
 * <table>
 * <caption>Exceptions of this library</caption>
 * <tr><th>exception</th><th>when</th></tr>
 * <tr><td>{@link UnsupportedOperatorException}</td><td>there is no kernel for it</td></tr>
 * <tr><td>{@link LinalgException}</td><td>a matrix is singular, or the like</td></tr>
 * <tr><td>{@link NativeOutOfMemoryException}</td><td>native memory could not be had</td></tr>
 * <tr><td>{@link InternalException}</td><td>libtorch or this library has a bug</td></tr>
 * <tr><td>{@code TorchException} itself</td><td>anything else, such as the rules of autograd</td></tr>
 * <tr><td>{@link ArgumentException}, which is no {@code TorchException}</td><td>an argument's shape,
 * element type, index or device does not suit, whether this library or libtorch refuses it</td></tr>
 * <tr><td>{@link IllegalArgumentException}</td><td>any other value of an argument is refused</td></tr>
 * <tr><td>{@link IllegalStateException}</td><td>a tensor is closed, or a guard on the wrong
 * thread</td></tr>
 * </table>
 *
 * <p>A service answers {@code IllegalArgumentException} as a bad request and {@code TorchException}
 * as a fault of its own. Most of libtorch's errors are of one class, told apart by their wording;
 * one with a new wording is a plain {@code TorchException}.
 *
 * <p>An exception that a hook has thrown comes back as it was.
 */
public class TorchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The first words of the shim's complaints that quote a schema, which may speak of sizes. */
  private static final Pattern QUOTES_SCHEMA =
      Pattern.compile("argument '|no operator |expected at most ");

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

  /** Not serialized: it reads native memory. */
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
   * Returns libtorch's own account with its C++ backtrace; empty where there is none. The names of
   * its frames are looked up here, which takes milliseconds.
   */
  public String nativeBacktrace() {
    return nativeBacktrace == null ? "" : nativeBacktrace.get();
  }

  static RuntimeException of(
      NativeErrors.Status status, String operation, String message, Supplier<String> backtrace) {
    boolean ownCheck = QUOTES_SCHEMA.matcher(message).lookingAt();
    String text = operation + ": " + (ownCheck ? message : Wording.inJava(message));
    return switch (status) {
      case INDEX -> Refusal.of(message, text, backtrace, IndexException::new);
      case VALUE, TYPE ->
          ownCheck
              ? new ArgumentException(text, backtrace)
              : Refusal.of(message, text, backtrace, ArgumentException::new);
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
