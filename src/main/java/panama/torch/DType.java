package panama.torch;

import panama.torch.internal.runtime.DTypeNames;

/**
 * The type of a tensor's elements. Names and promotion rules are PyTorch's.
 *
 * <p>UINT16, UINT32, UINT64 and the FLOAT8 types are for storage, as in PyTorch: they can be
 * created, loaded, saved, copied, viewed, compared, printed and converted with {@link
 * Tensor#to(DType)}. libtorch has few other kernels for them and does not promote them to each
 * other; unsupported operations throw {@link UnsupportedOperatorException} or {@link
 * DTypeException}. Convert to another type before computing.
 */
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
  BFLOAT16(15, 2),
  /** 8 bits with 2 of mantissa: up to 57344, with infinities. For storage. */
  FLOAT8_E5M2(23, 1),
  /** 8 bits with 3 of mantissa: up to 448, no infinities. For storage. */
  FLOAT8_E4M3FN(24, 1),
  /** FLOAT8_E5M2 with neither infinities nor a negative zero. For storage. */
  FLOAT8_E5M2FNUZ(25, 1),
  /** FLOAT8_E4M3FN with no negative zero: up to 240. For storage. */
  FLOAT8_E4M3FNUZ(26, 1),
  /** Unsigned, 16 bits: Java's char. For storage. */
  UINT16(27, 2),
  /** Unsigned, 32 bits. For storage. */
  UINT32(28, 4),
  /** Unsigned, 64 bits. For storage. */
  UINT64(29, 8),
  /** 8 bits of exponent alone, the powers of 2: a scale of other types. For storage. */
  FLOAT8_E8M0FNU(44, 1);

  /** values() without a copy for each call. */
  private static final DType[] ALL = values();

  private final int code;
  private final int bytes;

  DType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** Returns the number of this type in libtorch and in the C interface. */
  int code() {
    return code;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether this is a real floating-point type. Complex types are not. */
  public boolean isFloatingPoint() {
    return switch (this) {
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> true;
      case FLOAT8_E5M2, FLOAT8_E4M3FN, FLOAT8_E5M2FNUZ, FLOAT8_E4M3FNUZ, FLOAT8_E8M0FNU -> true;
      case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> false;
      case BOOL, COMPLEX64, COMPLEX128 -> false;
    };
  }

  /** Returns whether this is an integer type. BOOL is not. */
  public boolean isInteger() {
    return !isFloatingPoint() && !isComplex() && this != BOOL;
  }

  /** Returns whether this is COMPLEX64 or COMPLEX128. */
  public boolean isComplex() {
    return this == COMPLEX64 || this == COMPLEX128;
  }

  /** Returns whether this type can represent negative numbers. */
  public boolean isSigned() {
    return switch (this) {
      case UINT8, UINT16, UINT32, UINT64, BOOL, FLOAT8_E8M0FNU -> false;
      default -> true;
    };
  }

  /**
   * The limits of a floating-point type, PyTorch's {@code torch.finfo}.
   *
   * @param bits the size of an element in bits
   * @param eps the distance from 1 to the next larger number
   * @param min the lowest finite number
   * @param max the largest finite number
   * @param tiny the smallest positive number of full precision
   */
  public record FloatInfo(int bits, double eps, double min, double max, double tiny) {}

  /**
   * Returns the limits of this floating-point type, or of the real part of a complex type.
   *
   * @throws DTypeException for integer types and BOOL
   */
  public FloatInfo finfo() {
    return switch (this) {
      case FLOAT16 -> floatInfo(16, 0x1p-10, 65504, 0x1p-14);
      case BFLOAT16 -> floatInfo(16, 0x1p-7, 0x1.fep127, 0x1p-126);
      case FLOAT32, COMPLEX64 -> floatInfo(32, 0x1p-23, Float.MAX_VALUE, Float.MIN_NORMAL);
      case FLOAT64, COMPLEX128 -> floatInfo(64, 0x1p-52, Double.MAX_VALUE, Double.MIN_NORMAL);
      case FLOAT8_E5M2 -> floatInfo(8, 0x1p-2, 57344, 0x1p-14);
      case FLOAT8_E4M3FN -> floatInfo(8, 0x1p-3, 448, 0x1p-6);
      // torch.finfo's eps, though the next number after 1 is 1.25.
      case FLOAT8_E5M2FNUZ -> floatInfo(8, 0x1p-3, 57344, 0x1p-15);
      case FLOAT8_E4M3FNUZ -> floatInfo(8, 0x1p-3, 240, 0x1p-7);
      case FLOAT8_E8M0FNU -> new FloatInfo(8, 1, 0x1p-127, 0x1p127, 0x1p-127);
      case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BOOL ->
          throw new DTypeException(
              "finfo: expected a floating-point type, got %s; use iinfo()".formatted(this));
    };
  }

  private static FloatInfo floatInfo(int bits, double eps, double max, double tiny) {
    return new FloatInfo(bits, eps, -max, max, tiny);
  }

  /**
   * The limits of an integer type, PyTorch's {@code torch.iinfo}.
   *
   * @param bits the size of an element in bits
   * @param min the lowest number
   * @param max the largest number
   */
  public record IntInfo(int bits, long min, long max) {}

  /**
   * Returns the limits of this integer type.
   *
   * @throws DTypeException for other types, and for UINT64, whose largest number exceeds a long
   */
  public IntInfo iinfo() {
    return switch (this) {
      case UINT8 -> new IntInfo(8, 0, 255);
      case INT8 -> new IntInfo(8, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case INT16 -> new IntInfo(16, Short.MIN_VALUE, Short.MAX_VALUE);
      case INT32 -> new IntInfo(32, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case INT64 -> new IntInfo(64, Long.MIN_VALUE, Long.MAX_VALUE);
      case UINT16 -> new IntInfo(16, 0, 0xffff);
      case UINT32 -> new IntInfo(32, 0, 0xffff_ffffL);
      case UINT64 ->
          throw new DTypeException(
              "iinfo: expected limits that are longs, got uint64, which goes from 0 to"
                  + " 18446744073709551615");
      default ->
          throw new DTypeException(
              "iinfo: expected an integer type, got %s%s"
                  .formatted(this, this == BOOL ? "" : "; use finfo()"));
    };
  }

  static DType of(int code) {
    for (DType dtype : ALL) {
      if (dtype.code == code) {
        return dtype;
      }
    }
    throw new TorchException("unknown element type of libtorch: " + code);
  }

  /** Returns PyTorch's name without the prefix {@code torch.}, such as {@code float32}. */
  @Override
  public String toString() {
    return DTypeNames.of(code);
  }
}
