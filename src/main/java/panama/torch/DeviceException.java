package panama.torch;

/** A device that this libtorch or this machine does not have, or tensors on different devices. */
public final class DeviceException extends TorchException {
  private static final long serialVersionUID = 1L;

  DeviceException(String message, String nativeBacktrace) {
    super(message, nativeBacktrace);
  }
}
