package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown for a device that this libtorch or this machine does not provide, and for tensors on
 * different devices.
 */
public final class DeviceException extends ArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception without a native cause.
   *
   * @param message the argument, what was expected, and what was passed
   */
  public DeviceException(String message) {
    super(message);
  }

  DeviceException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
