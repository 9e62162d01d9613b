package panama.torch;

import panama.torch.internal.DTypeNames;

/** The type of a tensor's elements. Names and promotion rules are PyTorch's. */
public enum DType {
  /** Unsigned, 8 bits. */
  UINT8(0, 1),
  /** Signed, 8 bits: Java's byte. */
  INT8(1, 1),
  /** Signed, 16 bits: Java's short. */
  INT16(2, 2),
  /** Signed, 32 bits: Java's int. */
  INT32(3, 4),
  /** Signed, 64 bits: Java's long, and the type of every index. */
  INT64(4, 8),
  /** IEEE 754 half precision. */
  FLOAT16(5, 2),
  /** IEEE 754 single precision: Java's float, and the default. */
  FLOAT32(6, 4),
  /** IEEE 754 double precision: Java's double. */
  FLOAT64(7, 8),
  /** Two FLOAT32. */
  COMPLEX64(9, 8),
  /** Two FLOAT64. */
  COMPLEX128(10, 16),
  /** True or false, one byte. */
  BOOL(11, 1),
  /** The upper half of a FLOAT32. */
  BFLOAT16(15, 2);

  private final int code;
  private final int bytes;

  DType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number that libtorch and the C contract give this type. */
  int code() {
    return code;
  }

  /** The size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /**
   * Whether this is one of the four floating-point types, the only real ones that carry gradients.
   */
  public boolean isFloatingPoint() {
    return this == FLOAT16 || this == FLOAT32 || this == FLOAT64 || this == BFLOAT16;
  }

  static DType of(int code) {
    for (DType dtype : values()) {
      if (dtype.code == code) {
        return dtype;
      }
    }
    throw new TorchException("an element type that this library does not know: " + code);
  }

  /** PyTorch's name without its prefix, such as {@code float32}. */
  @Override
  public String toString() {
    return DTypeNames.of(code);
  }
}
