package panama.torch;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Thrown for an argument whose shape, element type, device, index or value does not suit the call,
 * whether this library or libtorch has refused it. It is an {@link IllegalArgumentException}, so
 * that a service can answer it as a bad request, unlike a {@link TorchException}.
 *
 * <p>Its subclasses say what is wrong with the argument:
 *
 * <table>
 * <caption>Refusals of an argument</caption>
 * <tr><th>exception</th><th>when</th></tr>
 * <tr><td>{@link ShapeException}</td><td>shapes do not fit</td></tr>
 * <tr><td>{@link DTypeException}</td><td>element types do not suit</td></tr>
 * <tr><td>{@link IndexException}</td><td>an index or a dimension is not there</td></tr>
 * <tr><td>{@link DeviceException}</td><td>a device is absent, or another one expected</td></tr>
 * <tr><td>{@code ArgumentException} itself</td><td>several of these at once, such as a state dict
 * that does not fit, or a value that libtorch refuses</td></tr>
 * </table>
 *
 * <p>A value that this library refuses by itself, such as a negative learning rate, is a plain
 * {@link IllegalArgumentException}.
 */
public class ArgumentException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Not serialized: it reads native memory. */
  private final transient @Nullable Supplier<String> nativeBacktrace;

  private String layer = "";

  /** A refusal that libtorch has no part in. */
  public ArgumentException(String message) {
    this(message, () -> "");
  }

  ArgumentException(String message, Supplier<String> nativeBacktrace) {
    super(message);
    this.nativeBacktrace = nativeBacktrace;
  }

  /**
   * Says in which layer of a model it happened: the message begins with the layer's full name, such
   * as {@code encoder.rnn: }. Called by every module that the exception leaves; the first one,
   * which is the innermost, counts.
   *
   * @param name empty for a module that is no part of another
   */
  public final void inLayer(String name) {
    if (layer.isEmpty()) {
      layer = name;
    }
  }

  /** Returns where in a model it happened, if anybody said so, and what is wrong. */
  @Override
  public String getMessage() {
    return layer.isEmpty() ? super.getMessage() : layer + ": " + super.getMessage();
  }

  /**
   * Returns libtorch's own account with its C++ backtrace; empty where libtorch was not asked. The
   * names of its frames are looked up here, which takes milliseconds.
   */
  public String nativeBacktrace() {
    return nativeBacktrace == null ? "" : nativeBacktrace.get();
  }
}
