package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.DType.BFLOAT16;
import static panama.torch.DType.BOOL;
import static panama.torch.DType.COMPLEX64;
import static panama.torch.DType.FLOAT16;
import static panama.torch.DType.FLOAT32;
import static panama.torch.DType.FLOAT64;
import static panama.torch.DType.FLOAT8_E4M3FN;
import static panama.torch.DType.FLOAT8_E4M3FNUZ;
import static panama.torch.DType.FLOAT8_E5M2;
import static panama.torch.DType.FLOAT8_E5M2FNUZ;
import static panama.torch.DType.FLOAT8_E8M0FNU;
import static panama.torch.DType.INT32;
import static panama.torch.DType.INT64;
import static panama.torch.DType.INT8;
import static panama.torch.DType.UINT16;
import static panama.torch.DType.UINT32;
import static panama.torch.DType.UINT64;
import static panama.torch.DType.UINT8;
import static panama.torch.Torch.arange;
import static panama.torch.Torch.canCast;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.promoteTypes;
import static panama.torch.Torch.resultType;
import static panama.torch.Torch.tensor;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("locale")
class DTypeTest {
  @Test
  void typesHaveKinds() {
    assertThat(COMPLEX64.isComplex()).isTrue();
    assertThat(FLOAT32.isComplex()).isFalse();
    assertThat(BFLOAT16.isFloatingPoint()).isTrue();
    assertThat(COMPLEX64.isFloatingPoint()).isFalse();
    assertThat(INT8.isSigned()).isTrue();
    assertThat(UINT8.isSigned()).isFalse();
    assertThat(BOOL.isSigned()).isFalse();
    assertThat(UINT16.isSigned() || UINT32.isSigned() || UINT64.isSigned()).isFalse();
    assertThat(UINT64.isFloatingPoint()).isFalse();
    assertThat(FLOAT8_E4M3FN.isFloatingPoint() && FLOAT8_E4M3FN.isSigned()).isTrue();
    assertThat(FLOAT8_E8M0FNU.isFloatingPoint()).isTrue();
    assertThat(FLOAT8_E8M0FNU.isSigned()).isFalse();
  }

  /** The values are those of torch.finfo. */
  @Test
  void floatingPointTypesHaveTheLimitsOfFinfo() {
    assertThat(FLOAT16.finfo())
        .isEqualTo(new DType.FloatInfo(16, 0.0009765625, -65504, 65504, 6.103515625e-05));
    assertThat(BFLOAT16.finfo())
        .isEqualTo(
            new DType.FloatInfo(
                16,
                0.0078125,
                -3.3895313892515355e38,
                3.3895313892515355e38,
                1.1754943508222875e-38));
    assertThat(FLOAT32.finfo().eps()).isEqualTo(1.1920928955078125e-07);
    assertThat(FLOAT32.finfo().tiny()).isEqualTo(1.1754943508222875e-38);
    assertThat(COMPLEX64.finfo()).isEqualTo(FLOAT32.finfo());
    assertThat(FLOAT8_E4M3FN.finfo()).isEqualTo(new DType.FloatInfo(8, 0.125, -448, 448, 0.015625));
    assertThat(FLOAT8_E5M2.finfo())
        .isEqualTo(new DType.FloatInfo(8, 0.25, -57344, 57344, 6.103515625e-05));
    assertThat(FLOAT8_E4M3FNUZ.finfo())
        .isEqualTo(new DType.FloatInfo(8, 0.125, -240, 240, 0.0078125));
    assertThat(FLOAT8_E5M2FNUZ.finfo())
        .isEqualTo(new DType.FloatInfo(8, 0.125, -57344, 57344, 3.0517578125e-05));
    assertThat(FLOAT8_E8M0FNU.finfo())
        .isEqualTo(
            new DType.FloatInfo(
                8, 1, 5.877471754111438e-39, 1.7014118346046923e38, 5.877471754111438e-39));
    assertThat(FLOAT64.finfo().eps()).isEqualTo(2.220446049250313e-16);
    assertThat(FLOAT64.finfo().min()).isEqualTo(-1.7976931348623157e308);
    assertThatThrownBy(INT64::finfo)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("finfo: expected a floating-point type, got int64; use iinfo()");
  }

  /** A tensor can hold the smallest and the largest number of its type. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16", "FLOAT32", "FLOAT64"})
  void aTensorHoldsTheLimits(DType dtype) {
    DType.FloatInfo info = dtype.finfo();
    for (double limit : new double[] {info.eps(), info.min(), info.max(), info.tiny()}) {
      assertThat(Torch.full(new long[0], limit, TensorOptions.of(dtype)).item()).isEqualTo(limit);
    }
    assertThat(ones(1).to(dtype).add(info.eps()).sub(1).item()).isEqualTo(info.eps());
    assertThat(ones(1).to(dtype).add(info.eps() / 4).sub(1).item()).isZero();
  }

  @Test
  void integerTypesHaveLimits() {
    assertThat(UINT8.iinfo()).isEqualTo(new DType.IntInfo(8, 0, 255));
    assertThat(INT32.iinfo()).isEqualTo(new DType.IntInfo(32, -2147483648L, 2147483647L));
    assertThat(INT64.iinfo().max()).isEqualTo(Long.MAX_VALUE);
    assertThat(UINT16.iinfo()).isEqualTo(new DType.IntInfo(16, 0, 65535));
    assertThat(UINT32.iinfo()).isEqualTo(new DType.IntInfo(32, 0, 4294967295L));
    assertThatThrownBy(UINT64::iinfo)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("18446744073709551615");
    assertThatThrownBy(FLOAT8_E5M2::iinfo).hasMessageContaining("use finfo()");
    assertThatThrownBy(FLOAT32::iinfo).hasMessageContaining("use finfo()");
    assertThatThrownBy(BOOL::iinfo).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void promotesTypesAsPyTorchDoes() {
    assertThat(promoteTypes(INT64, FLOAT16)).isEqualTo(FLOAT16);
    assertThat(promoteTypes(FLOAT16, BFLOAT16)).isEqualTo(FLOAT32);
    assertThat(promoteTypes(UINT8, INT8)).isEqualTo(DType.INT16);
    assertThat(promoteTypes(BOOL, BOOL)).isEqualTo(BOOL);
    assertThat(promoteTypes(FLOAT64, COMPLEX64)).isEqualTo(DType.COMPLEX128);
    assertThat(resultType(arange(2), tensor(1.5))).isEqualTo(FLOAT32);
    assertThat(resultType(ones(2), tensor(1L))).isEqualTo(FLOAT32);
    assertThat(canCast(FLOAT64, FLOAT32)).isTrue();
    assertThat(canCast(FLOAT32, INT64)).isFalse();
  }
}
