package panama.torch.internal;

import java.util.Map;
import panama.torch.internal.ffi.PanamaTorch;

/** PyTorch's names of the element types, by pt_dtype. */
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
          Map.entry(PanamaTorch.PT_BFLOAT16(), "bfloat16"));

  private DTypeNames() {}

  public static String of(int dtype) {
    return NAMES.getOrDefault(dtype, "dtype " + dtype);
  }
}
