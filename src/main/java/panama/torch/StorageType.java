package panama.torch;

import org.jspecify.annotations.Nullable;

/** The types of elements in files of torch.save, with the names of their storages there. */
enum StorageType {
  FLOAT64(DType.FLOAT64, "DoubleStorage"),
  FLOAT32(DType.FLOAT32, "FloatStorage"),
  FLOAT16(DType.FLOAT16, "HalfStorage"),
  BFLOAT16(DType.BFLOAT16, "BFloat16Storage"),
  INT64(DType.INT64, "LongStorage"),
  INT32(DType.INT32, "IntStorage"),
  INT16(DType.INT16, "ShortStorage"),
  INT8(DType.INT8, "CharStorage"),
  UINT8(DType.UINT8, "ByteStorage"),
  BOOL(DType.BOOL, "BoolStorage"),
  COMPLEX64(DType.COMPLEX64, "ComplexFloatStorage"),
  COMPLEX128(DType.COMPLEX128, "ComplexDoubleStorage"),
  // These have no class of storages: a file has their bytes and the type of the tensor.
  UINT16(DType.UINT16, null),
  UINT32(DType.UINT32, null),
  UINT64(DType.UINT64, null),
  FLOAT8_E5M2(DType.FLOAT8_E5M2, null),
  FLOAT8_E4M3FN(DType.FLOAT8_E4M3FN, null),
  FLOAT8_E5M2FNUZ(DType.FLOAT8_E5M2FNUZ, null),
  FLOAT8_E4M3FNUZ(DType.FLOAT8_E4M3FNUZ, null),
  FLOAT8_E8M0FNU(DType.FLOAT8_E8M0FNU, null);

  /** The class of storages that are bytes of any type. */
  static final String UNTYPED = "torch.storage.UntypedStorage";

  private final DType dtype;
  private final @Nullable String storage;

  StorageType(DType dtype, @Nullable String storage) {
    this.dtype = dtype;
    this.storage = storage;
  }

  DType dtype() {
    return dtype;
  }

  /** Returns the full name of the type in Python. */
  String typeName() {
    return "torch." + dtype;
  }

  /** Returns the full name of the class of storages; null if there is none. */
  @Nullable String storageName() {
    return storage == null ? null : "torch." + storage;
  }

  static StorageType of(DType dtype) {
    for (StorageType type : values()) {
      if (type.dtype == dtype) {
        return type;
      }
    }
    throw new AssertionError(dtype);
  }

  /** Returns the type whose class of storages, or which itself, has this full name; or null. */
  static @Nullable StorageType named(String fullName) {
    for (StorageType type : values()) {
      if (fullName.equals(type.typeName()) || fullName.equals(type.storageName())) {
        return type;
      }
    }
    return null;
  }
}
