package panama.torch;

import org.jspecify.annotations.Nullable;

/** The types of elements in files of torch.save, with their names there. */
enum StorageType {
  FLOAT64(DType.FLOAT64, "float64", "DoubleStorage"),
  FLOAT32(DType.FLOAT32, "float32", "FloatStorage"),
  FLOAT16(DType.FLOAT16, "float16", "HalfStorage"),
  BFLOAT16(DType.BFLOAT16, "bfloat16", "BFloat16Storage"),
  INT64(DType.INT64, "int64", "LongStorage"),
  INT32(DType.INT32, "int32", "IntStorage"),
  INT16(DType.INT16, "int16", "ShortStorage"),
  INT8(DType.INT8, "int8", "CharStorage"),
  UINT8(DType.UINT8, "uint8", "ByteStorage"),
  BOOL(DType.BOOL, "bool", "BoolStorage"),
  COMPLEX64(DType.COMPLEX64, "complex64", "ComplexFloatStorage"),
  COMPLEX128(DType.COMPLEX128, "complex128", "ComplexDoubleStorage"),
  // These have no class of storages: a file has their bytes and the type of the tensor.
  UINT16(DType.UINT16, "uint16", null),
  UINT32(DType.UINT32, "uint32", null),
  UINT64(DType.UINT64, "uint64", null),
  FLOAT8_E5M2(DType.FLOAT8_E5M2, "float8_e5m2", null),
  FLOAT8_E4M3FN(DType.FLOAT8_E4M3FN, "float8_e4m3fn", null),
  FLOAT8_E5M2FNUZ(DType.FLOAT8_E5M2FNUZ, "float8_e5m2fnuz", null),
  FLOAT8_E4M3FNUZ(DType.FLOAT8_E4M3FNUZ, "float8_e4m3fnuz", null),
  FLOAT8_E8M0FNU(DType.FLOAT8_E8M0FNU, "float8_e8m0fnu", null);

  /** The class of storages that are bytes of any type. */
  static final String UNTYPED = "torch.storage.UntypedStorage";

  private final DType dtype;
  private final String name;
  private final @Nullable String storage;

  StorageType(DType dtype, String name, @Nullable String storage) {
    this.dtype = dtype;
    this.name = name;
    this.storage = storage;
  }

  DType dtype() {
    return dtype;
  }

  /** Returns the full name of the type in Python. */
  String typeName() {
    return "torch." + name;
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
