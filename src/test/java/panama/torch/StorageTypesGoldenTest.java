package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import panama.torch.io.SafeTensors;

/** Types for storage only: conversions and errors equal PyTorch's, which dtypes.py records. */
class StorageTypesGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/dtypes.safetensors");
  private static final Golden NUMBERS = Golden.of("dtypes");
  private static final Map<String, String> OUTCOMES = outcomes();

  private static Map<String, String> outcomes() {
    try {
      return SafeTensors.loadMetadata(GOLDEN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_ANY,
      names = {"FLOAT8_.*", "UINT(16|32|64)"})
  void convertsAsPyTorchDoes(DType dtype) {
    String name = dtype.toString();
    Tensor stored = NUMBERS.get(name);
    assertThat(stored.dtype()).isEqualTo(dtype);
    assertThat(stored.to(DType.FLOAT64).toByteArray())
        .isEqualTo(NUMBERS.get(name + ".float64").toByteArray());
    Tensor from = NUMBERS.get(dtype.isFloatingPoint() ? "float32" : "float32.unsigned");
    assertThat(from.to(dtype).toByteArray()).isEqualTo(NUMBERS.get(name + ".from").toByteArray());
    if (!dtype.isFloatingPoint()) {
      assertThat(stored.to(DType.INT64).toLongArray())
          .isEqualTo(NUMBERS.get(name + ".int64").toLongArray());
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.MATCH_ANY,
      names = {"FLOAT8_.*", "UINT(16|32|64)"})
  void operationsWorkExactlyWhereTheyDoInPyTorch(DType dtype) {
    TensorOptions options = TensorOptions.of(dtype);
    Tensor t = Torch.tensor(new float[] {1, 2, 4}).to(dtype);
    Map<String, Supplier<Object>> operations = new TreeMap<>();
    operations.put("zeros", () -> Torch.zeros(new long[] {2}, options));
    operations.put("ones", () -> Torch.ones(new long[] {2, 1}, options));
    operations.put("full", () -> Torch.full(new long[] {2}, 2, options));
    operations.put("arange", () -> Torch.arange(0, 3, 1, options));
    operations.put("rand", () -> Torch.rand(new long[] {3}, options));
    operations.put("eye", () -> Torch.eye(2, 2, options));
    operations.put("add", () -> t.add(t));
    operations.put("add a number", () -> t.add(1));
    operations.put("add float32", () -> t.add(Torch.ones(3)));
    operations.put("add int64", () -> t.add(Torch.arange(3)));
    operations.put("mm", () -> t.view(3, 1).mm(t.view(1, 3)));
    operations.put("sum", t::sum);
    operations.put("eq", () -> t.eq(t));
    operations.put("lt", () -> t.lt(t));
    operations.put("neg", t::neg);
    operations.put("get", () -> t.select(0, 1));
    operations.put("slice", () -> t.slice(0, 1, 3));
    operations.put("cat", () -> Torch.cat(List.of(t, t)));
    operations.put("stack", () -> Torch.stack(List.of(t, t)));
    operations.put("clone", t::clone);
    operations.put("flip", () -> t.flip(0));
    operations.put("transpose", () -> t.view(3, 1).transpose(0, 1).contiguous());
    operations.put("index select", () -> t.indexSelect(0, Torch.tensor(new long[] {1, 0})));
    operations.put("fill", () -> t.clone().fill_(3));
    operations.put("sort", () -> t.sort().values());
    operations.put("max", t::max);
    operations.put("requires grad", () -> t.clone().requiresGrad_(true));
    operations.put("item", () -> t.select(0, 1).item());
    operations.put("promote float32", () -> "torch." + Torch.promoteTypes(dtype, DType.FLOAT32));
    operations.put("promote int64", () -> "torch." + Torch.promoteTypes(dtype, DType.INT64));
    operations.put("promote itself", () -> "torch." + Torch.promoteTypes(dtype, dtype));
    operations.put("cast to float32", () -> Torch.canCast(dtype, DType.FLOAT32) ? "True" : "False");
    if (dtype == DType.FLOAT8_E8M0FNU) { // has no 0; PyTorch prints its smallest number as 0
      operations.keySet().removeAll(List.of("zeros", "eye"));
    }
    operations.forEach(
        (operation, run) -> {
          String expected = OUTCOMES.get(dtype + " " + operation);
          String outcome;
          try {
            outcome = "ok " + run.get();
          } catch (UnsupportedOperatorException e) {
            outcome = "NotImplementedError";
          } catch (DTypeException e) {
            outcome = "RuntimeError";
          }
          if (operation.equals("item")) { // which may be an int in Python
            outcome = dtype.isFloatingPoint() ? outcome : outcome.replace(".0", "");
          }
          assertThat(outcome).as("%s, %s", dtype, operation).isEqualTo(expected);
        });
    assertThat(OUTCOMES.keySet().stream().filter(name -> name.startsWith(dtype + " ")))
        .hasSize(operations.size());
  }

  @Test
  void itemLongRefusesUnsignedNumbersAboveItsRange() {
    Tensor largest = Torch.tensor(new long[] {-1}).view(DType.UINT64);
    assertThat(largest).hasToString("tensor([18446744073709551615], dtype=torch.uint64)");
    assertThat(largest.item()).isEqualTo(0x1p64);
    assertThatThrownBy(largest::itemLong)
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("expected at most 9223372036854775807");
    assertThat(largest.to(DType.INT64).itemLong()).isEqualTo(-1);
    assertThat(Torch.tensor(new int[] {-1}).view(DType.UINT32).itemLong()).isEqualTo(4294967295L);
  }

  @Test
  void viewReinterpretsBytes() {
    Tensor bytes = Torch.tensor(new byte[] {0x38, 0x40, 0x7e, -1});
    assertThat(bytes.view(DType.FLOAT8_E4M3FN))
        .hasToString("tensor([  1.,   2., 448.,  nan], dtype=torch.float8_e4m3fn)");
    assertThat(bytes.view(DType.UINT16).shape().is(2)).isTrue();
    assertThat(bytes.view(DType.UINT16).view(DType.INT8).toByteArray())
        .isEqualTo(bytes.toByteArray());
    assertThatThrownBy(() -> Torch.tensor(new byte[3]).view(DType.UINT16))
        .isInstanceOf(ShapeException.class);
    assertThat(bytes.view(DType.FLOAT8_E5M2).toFloatArray())
        .containsExactly(0.5f, 2, Float.NaN, Float.NaN);
    assertThatThrownBy(() -> bytes.view(DType.UINT16).toFloatArray())
        .isInstanceOf(DTypeException.class);
  }
}
