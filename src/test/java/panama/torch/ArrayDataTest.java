package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.tensor;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tensors from Java arrays. TensorGoldenTest compares their elements with PyTorch's. */
@Tag("locale")
class ArrayDataTest {
  private static void refused(
      Class<? extends IllegalArgumentException> kind, ThrowingCallable call, String message) {
    assertThatThrownBy(call).isExactlyInstanceOf(kind).hasMessage(message);
  }

  @Test
  void floatingPointDataBecomesFloat32InEveryForm() {
    assertThat(tensor(1.5).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(tensor(new double[] {1.5}).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(tensor(new double[][] {{1.5}}).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(tensor(new double[][][] {{{1.5}}}).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(tensor(new double[] {0.1}, DType.FLOAT64).item()).isEqualTo(0.1);
    assertThat(tensor(new double[][] {{0.1}}, DType.FLOAT64).item()).isEqualTo(0.1);
  }

  @Test
  void nestedArraysKeepTheirOrder() {
    Tensor x = tensor(new int[][][][] {{{{1, 2}}, {{3, 4}}, {{5, 6}}}});
    assertThat(x.shape()).isEqualTo(Shape.of(1, 3, 1, 2));
    assertThat(x.toIntArray()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(tensor(new float[2][0][3]).shape()).isEqualTo(Shape.of(2, 0, 0));
    assertThat(tensor(new long[0][][]).shape()).isEqualTo(Shape.of(0, 0, 0));
  }

  @Test
  void arraysOfDifferentLengthsAreRefusedWithTheirIndex() {
    String end = "; padSequence makes one tensor of rows of different lengths";
    refused(
        ShapeException.class,
        () -> tensor(new float[][] {{1}, {2, 3}}),
        "data[1]: expected length 1 as of data[0], got length 2" + end);
    refused(
        ShapeException.class,
        () -> tensor(new double[][][] {{{1}, {2}}, {{3}, {}}}),
        "data[1][1]: expected length 1 as of data[0][0], got length 0" + end);
    refused(
        ShapeException.class,
        () -> tensor(new long[][][] {{{1}, {2}}, {{3}}}),
        "data[1]: expected length 2 as of data[0], got length 1" + end);
    refused(
        ShapeException.class,
        () -> tensor(new int[][] {{1}, null}),
        "data[1]: expected length 1 as of data[0], got null" + end);
    refused(
        ShapeException.class,
        () -> tensor(new boolean[][][] {{}, {{true}}}),
        "data[1]: expected length 0 as of data[0], got length 1" + end);
    refused(
        ShapeException.class,
        () -> tensor(new short[][] {null}),
        "data[0]: expected length 0 as of data[0], got null" + end);
  }

  @Test
  void arraysOfOtherElementTypesAreRefused() {
    String start =
        "data: expected arrays of arrays of numbers or booleans, such as float[][], got ";
    refused(DTypeException.class, () -> tensor(new Double[] {1.0}), start + "Double[]");
    refused(DTypeException.class, () -> tensor(new char[][] {{'a'}}), start + "char[][]");
    refused(DTypeException.class, () -> tensor(new String[0], DType.INT64), start + "String[]");
    refused(
        DTypeException.class,
        () -> tensor(new Tensor[] {tensor(1)}),
        start + "Tensor[]; use stack(List.of(tensors))");
  }

  @Test
  void numbersOutOfTheRangeOfAnIntegerTypeAreRefused() {
    refused(
        IllegalArgumentException.class,
        () -> tensor(new long[] {0, 300}, DType.UINT8),
        "data[1]: expected a number from 0 to 255 for uint8, got 300");
    refused(
        IllegalArgumentException.class,
        () -> tensor(new byte[] {-1}, DType.UINT8),
        "data[0]: expected a number from 0 to 255 for uint8, got -1");
    refused(
        IllegalArgumentException.class,
        () -> tensor(new int[][][] {{{1, 2}}, {{3, 1 << 20}}}, DType.INT16),
        "data[1][0][1]: expected a number from -32768 to 32767 for int16, got 1048576");
    refused(
        IllegalArgumentException.class,
        () -> tensor(new double[] {Double.NaN}, DType.INT32),
        "data[0]: expected a number from -2147483648 to 2147483647 for int32, got NaN");
    refused(
        IllegalArgumentException.class,
        () -> tensor(new double[] {0x1p63}, DType.INT64),
        "data[0]: expected a number from -9223372036854775808 to 9223372036854775807 for int64,"
            + " got 9.223372036854776E18");
    refused(
        IllegalArgumentException.class,
        () -> tensor(new float[] {127.5f}, DType.INT8),
        "data[0]: expected a number from -128 to 127 for int8, got 127.5");
    assertThat(tensor(new double[] {-0x1p63}, DType.INT64).itemLong()).isEqualTo(Long.MIN_VALUE);
    assertThat(tensor(new boolean[] {true}, DType.INT64).itemLong()).isEqualTo(1);
  }
}
