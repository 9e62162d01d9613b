package panama.torch;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Thrown for an argument with an invalid shape, element type, device, index or value, whether this
 * library or libtorch detects it. It is an {@link IllegalArgumentException}, so that a service can
 * map it to a bad request, unlike a {@link TorchException}.
 *
 * <p>Subclasses by cause:
 *
 * <table>
 * <caption>Argument errors</caption>
 * <tr><th>exception</th><th>when</th></tr>
 * <tr><td>{@link ShapeException}</td><td>shapes are invalid or incompatible</td></tr>
 * <tr><td>{@link DTypeException}</td><td>element types are invalid or incompatible</td></tr>
 * <tr><td>{@link IndexException}</td><td>an index or a dimension is out of range</td></tr>
 * <tr><td>{@link DeviceException}</td><td>a device is not available, or differs from that of other tensors</td></tr>
 * <tr><td>{@code ArgumentException} itself</td><td>several of these at once, such as a state dict
 * that does not match the model, or a value that libtorch rejects</td></tr>
 * </table>
 *
 * <p>An invalid value that this library detects, such as a negative learning rate, is a plain
 * {@link IllegalArgumentException}.
 */
public class ArgumentException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Not serialized, because it reads native memory. */
  private final transient @Nullable Supplier<String> nativeBacktrace;

  private String layer = "";

  /**
   * Creates an exception without a native cause.
   *
   * @param message the argument, what was expected, and what was passed
   */
  public ArgumentException(String message) {
    this(message, () -> "");
  }

  ArgumentException(String message, Supplier<String> nativeBacktrace) {
    super(message);
    this.nativeBacktrace = nativeBacktrace;
  }

  /**
   * Prefixes the message with the full name of the layer that threw this exception, such as {@code
   * encoder.rnn: }. Called by every module through which the exception propagates; only the first
   * call with a name, that of the innermost module, has an effect.
   *
   * @param name the name; empty for a module that is not part of another
   */
  public final void inLayer(String name) {
    if (layer.isEmpty()) {
      layer = name;
    }
  }

  /** Returns the message, prefixed with the layer's name if it is known. */
  @Override
  public String getMessage() {
    return layer.isEmpty() ? super.getMessage() : layer + ": " + super.getMessage();
  }

  /**
   * Returns libtorch's message with its C++ backtrace; empty if libtorch was not called. The
   * symbols of its frames are resolved by this call, which takes milliseconds.
   */
  public String nativeBacktrace() {
    return nativeBacktrace == null ? "" : nativeBacktrace.get();
  }
}
