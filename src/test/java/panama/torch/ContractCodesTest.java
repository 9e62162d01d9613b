package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.runtime.DTypeNames;

/** The codes of dtypes and device types equal those of panama_torch.h. */
class ContractCodesTest {
  @ParameterizedTest
  @EnumSource
  void dtypes(DType dtype) {
    assertThat(DTypeNames.of(dtype.code())).isEqualTo(dtype.name().toLowerCase(Locale.ROOT));
  }

  @Test
  void deviceTypes() {
    assertThat(Device.Type.CPU.code()).isEqualTo(PanamaTorch.PT_CPU());
    assertThat(Device.Type.CUDA.code()).isEqualTo(PanamaTorch.PT_CUDA());
  }
}
