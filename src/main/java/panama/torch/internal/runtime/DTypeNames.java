package panama.torch.internal.runtime;

import java.util.Map;
import panama.torch.internal.ffi.PanamaTorch;

/** PyTorch's names of the element types. */
public final class DTypeNames {
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(PanamaTorch.PT_UINT8(), "uint8"),
          Map.entry(PanamaTorch.PT_INT8(), "int8"),
          Map.entry(PanamaTorch.PT_INT16(), "int16"),
          Map.entry(PanamaTorch.PT_INT32(), "int32"),
          Map.entry(PanamaTorch.PT_INT64(), "int64"),
          Map.entry(PanamaTorch.PT_FLOAT16(), "float16"),
          Map.entry(PanamaTorch.PT_FLOAT32(), "float32"),
          Map.entry(PanamaTorch.PT_FLOAT64(), "float64"),
          Map.entry(PanamaTorch.PT_COMPLEX64(), "complex64"),
          Map.entry(PanamaTorch.PT_COMPLEX128(), "complex128"),
          Map.entry(PanamaTorch.PT_BOOL(), "bool"),
          Map.entry(PanamaTorch.PT_BFLOAT16(), "bfloat16"),
          Map.entry(PanamaTorch.PT_FLOAT8_E5M2(), "float8_e5m2"),
          Map.entry(PanamaTorch.PT_FLOAT8_E4M3FN(), "float8_e4m3fn"),
          Map.entry(PanamaTorch.PT_FLOAT8_E5M2FNUZ(), "float8_e5m2fnuz"),
          Map.entry(PanamaTorch.PT_FLOAT8_E4M3FNUZ(), "float8_e4m3fnuz"),
          Map.entry(PanamaTorch.PT_UINT16(), "uint16"),
          Map.entry(PanamaTorch.PT_UINT32(), "uint32"),
          Map.entry(PanamaTorch.PT_UINT64(), "uint64"),
          Map.entry(PanamaTorch.PT_FLOAT8_E8M0FNU(), "float8_e8m0fnu"));

  private DTypeNames() {}

  /** Returns the name of a pt_dtype, such as {@code float32}. */
  public static String of(int dtype) {
    return NAMES.getOrDefault(dtype, "dtype " + dtype);
  }
}
