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
    CPU,
    /** An NVIDIA accelerator; needs a CUDA build of libtorch. */
    CUDA
  }

  /** The processor. */
  public static final Device CPU = new Device(Type.CPU, -1);

  public Device {
    if (index < -1 || index > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(
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
    if (type < 0 || type >= Type.values().length) {
      throw new TorchException("a device type that this library does not know: " + type);
    }
    return new Device(Type.values()[type], index);
  }

  /** As PyTorch writes it: {@code cpu}, {@code cuda:0}. */
  @Override
  public String toString() {
    String name = type == Type.CPU ? "cpu" : "cuda";
    return index < 0 ? name : name + ":" + index;
  }
}
