package panama.torch.io;

import org.jspecify.annotations.Nullable;
import panama.torch.DType;

/** The element types of the format, named and ordered as in the format, with larger types later. */
enum SafeTensorsType {
  BOOL(8, DType.BOOL),
  F4(4, null),
  F6_E2M3(6, null),
  F6_E3M2(6, null),
  U8(8, DType.UINT8),
  I8(8, DType.INT8),
  F8_E5M2(8, DType.FLOAT8_E5M2),
  F8_E4M3(8, DType.FLOAT8_E4M3FN),
  F8_E8M0(8, DType.FLOAT8_E8M0FNU),
  F8_E4M3FNUZ(8, DType.FLOAT8_E4M3FNUZ),
  F8_E5M2FNUZ(8, DType.FLOAT8_E5M2FNUZ),
  I16(16, DType.INT16),
  U16(16, DType.UINT16),
  F16(16, DType.FLOAT16),
  BF16(16, DType.BFLOAT16),
  I32(32, DType.INT32),
  U32(32, DType.UINT32),
  F32(32, DType.FLOAT32),
  C64(64, DType.COMPLEX64),
  F64(64, DType.FLOAT64),
  I64(64, DType.INT64),
  U64(64, DType.UINT64);

  private final int bits;
  private final @Nullable DType dtype;

  SafeTensorsType(int bits, @Nullable DType dtype) {
    this.bits = bits;
    this.dtype = dtype;
  }

  /** Returns the size of one element in bits. */
  int bits() {
    return bits;
  }

  /** Returns the type of a tensor that is loaded; null where libtorch has none. */
  @Nullable DType dtype() {
    return dtype;
  }

  /** Returns the type of this name; null for a name that is not known. */
  static @Nullable SafeTensorsType named(String name) {
    for (SafeTensorsType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** Returns the type as which such a tensor is saved; null where the format has none. */
  static @Nullable SafeTensorsType of(DType dtype) {
    for (SafeTensorsType type : values()) {
      if (type.dtype == dtype) {
        return type;
      }
    }
    return null;
  }
}
