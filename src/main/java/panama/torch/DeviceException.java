package panama.torch;

import java.util.function.Supplier;

/** A device that this libtorch or this machine does not have, or tensors on different devices. */
public final class DeviceException extends TorchException {
  private static final long serialVersionUID = 1L;

  DeviceException(String message, Supplier<String> nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
