package panama.torch;

/**
 * Where a tensor lives.
 *
 * @param type processor or accelerator
 * @param index which of them; -1 for the current one
 */
public record Device(Type type, int index) {
  /** The kinds of device. */
  public enum Type {
    /** The processor. */
    CPU(0),
    /** An NVIDIA accelerator; needs a CUDA build of libtorch. */
    CUDA(1);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    /** libtorch's number. */
    int code() {
      return code;
    }
  }

  /** The processor. */
  public static final Device CPU = new Device(Type.CPU, -1);

  public Device {
    if (index < -1 || index > Byte.MAX_VALUE) {
      throw new DeviceException(
          "index: expected -1 (the current device) to " + Byte.MAX_VALUE + ", got " + index);
    }
    if (type == Type.CPU) {
      index = -1; // there is one processor, and libtorch says so in two ways
    }
  }

  /** An NVIDIA accelerator by its number, from 0. */
  public static Device cuda(int index) {
    return new Device(Type.CUDA, index);
  }

  static Device of(int type, int index) {
    for (Type known : Type.values()) {
      if (known.code == type) {
        return new Device(known, index);
      }
    }
    throw new TorchException("a device type that this library does not know: " + type);
  }

  /** As PyTorch writes it: {@code cpu}, {@code cuda:0}. */
  @Override
  public String toString() {
    String name = type == Type.CPU ? "cpu" : "cuda";
    return index < 0 ? name : name + ":" + index;
  }
}
