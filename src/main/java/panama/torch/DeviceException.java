package panama.torch;

import java.util.function.Supplier;

/**
 * Thrown for a device that this libtorch or this machine does not have, and for tensors on
 * different devices.
 */
public final class DeviceException extends ArgumentException {
  private static final long serialVersionUID = 1L;

  /** A refusal that libtorch has no part in. */
  public DeviceException(String message) {
    super(message);
  }

  DeviceException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
