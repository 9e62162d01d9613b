package panama.torch;

/**
 * A device on which tensors are stored.
 *
 * @param type the device type
 * @param index the number of the device; -1 for the current one, always for the CPU
 */
public record Device(Type type, int index) {
  /** The device types. */
  public enum Type {
    /** The CPU. */
    CPU(0),
    /** An NVIDIA GPU; requires a CUDA build of libtorch. */
    CUDA(1);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    /** Returns libtorch's number. */
    int code() {
      return code;
    }
  }

  /** The CPU. */
  public static final Device CPU = new Device(Type.CPU, -1);

  /**
   * Creates a device. The index of the CPU is always -1.
   *
   * @throws DeviceException if the index is below -1 or above 127
   */
  public Device {
    if (index < -1 || index > Byte.MAX_VALUE) {
      throw new DeviceException(
          "index: expected -1 (the current device) to " + Byte.MAX_VALUE + ", got " + index);
    }
    if (type == Type.CPU) {
      index = -1; // libtorch has both -1 and 0 for the one CPU
    }
  }

  /**
   * Returns an NVIDIA GPU.
   *
   * @param index its number, from 0; -1 for the current one
   */
  public static Device cuda(int index) {
    return new Device(Type.CUDA, index);
  }

  static Device of(int type, int index) {
    for (Type known : Type.values()) {
      if (known.code == type) {
        return new Device(known, index);
      }
    }
    throw new TorchException("unknown device type of libtorch: " + type);
  }

  /** Returns PyTorch's notation: {@code cpu}, {@code cuda:0}. */
  @Override
  public String toString() {
    String name = type == Type.CPU ? "cpu" : "cuda";
    return index < 0 ? name : name + ":" + index;
  }
}
