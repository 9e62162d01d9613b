package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/** The operators of native/src/collate.cpp return the same as those of libtorch. */
class CollateOperatorsTest {
  private static final List<DType> DTYPES =
      List.of(
          DType.FLOAT32,
          DType.FLOAT64,
          DType.INT64,
          DType.BOOL,
          DType.BFLOAT16,
          DType.COMPLEX64,
          DType.UINT8);

  /** Returns a tensor of random elements, often one that is not contiguous or has a graph. */
  private static Tensor random(Random random, DType dtype, long... sizes) {
    Tensor plain = Torch.randint(-3, 4, sizes).to(dtype);
    return switch (random.nextInt(8)) {
      case 0 -> Torch.stack(List.of(plain, plain), sizes.length).select(sizes.length, 1);
      case 1 -> plain.transpose(0, -1).contiguous().transpose(0, -1);
      case 2 -> dtype.isComplex() ? plain.conj() : plain;
      case 3 ->
          dtype.isFloatingPoint() || dtype.isComplex() ? plain.requiresGrad_(true).mul(2) : plain;
      default -> plain;
    };
  }

  private static void assertSame(Tensor actual, Tensor expected, List<Tensor> inputs) {
    String description = inputs.toString();
    assertThat(actual.dtype()).as(description).isEqualTo(expected.dtype());
    assertThat(actual.shape()).as(description).isEqualTo(expected.shape());
    assertThat(actual.stride()).as(description).isEqualTo(expected.stride());
    assertThat(actual.requiresGrad()).as(description).isEqualTo(expected.requiresGrad());
    assertThat(Torch.equal(actual, expected)).as(description).isTrue();
  }

  @Property(tries = 500)
  void padSequenceIsLibtorchs(@ForAll long seed) {
    Random random = new Random(seed);
    try (TensorScope _ = new TensorScope()) {
      int dims = random.nextInt(3);
      long features = random.nextInt(4);
      List<Tensor> sequences = new ArrayList<>();
      DType dtype = DTYPES.get(random.nextInt(DTYPES.size()));
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        long length = random.nextInt(5);
        DType one = random.nextInt(30) == 0 ? DType.FLOAT64 : dtype;
        sequences.add(
            switch (dims) {
              case 0 -> random(random, one, length);
              case 1 -> random(random, one, length, features);
              default -> random(random, one, length, 2, features);
            });
      }
      boolean batchFirst = random.nextBoolean();
      double value = random.nextBoolean() ? 0 : 1 + random.nextInt(5);
      String side = random.nextBoolean() ? "left" : "right";
      List<Tensor> results =
          List.of("panama_torch::pad_sequence", "aten::pad_sequence").stream()
              .map(Torch::op)
              .map(op -> op.start().arg(sequences).arg(batchFirst).arg(value).arg(side).tensor())
              .toList();
      assertSame(results.get(0), results.get(1), sequences);
    }
  }

  @Property(tries = 500)
  void stackIsLibtorchs(@ForAll long seed) {
    Random random = new Random(seed);
    try (TensorScope _ = new TensorScope()) {
      DType dtype = DTYPES.get(random.nextInt(DTYPES.size()));
      long[] sizes =
          IntStream.range(0, 1 + random.nextInt(3)).mapToLong(_ -> random.nextInt(4)).toArray();
      List<Tensor> tensors = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        Tensor tensor = random(random, random.nextInt(30) == 0 ? DType.FLOAT64 : dtype, sizes);
        tensors.add(tensor);
      }
      assertSame(
          Torch.op("panama_torch::stack").start().arg(tensors).tensor(),
          Torch.stack(tensors),
          tensors);
    }
  }

  @Test
  void stacksScalars() {
    List<Tensor> scalars = List.of(Torch.tensor(1.5), Torch.tensor(2.5));
    assertSame(
        Torch.op("panama_torch::stack").start().arg(scalars).tensor(),
        Torch.stack(scalars),
        scalars);
  }

  private static void assertRefused(String operator, List<Tensor> tensors, String message) {
    assertThatThrownBy(() -> Torch.op(operator).start().arg(tensors).tensor())
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesDifferentShapes() {
    Tensor scalar = Torch.tensor(1.0);
    assertRefused("panama_torch::stack", List.of(), "non-empty");
    assertRefused("panama_torch::stack", List.of(Torch.ones(2), Torch.ones(3)), "equal size");
    assertRefused("panama_torch::pad_sequence", List.of(), "empty");
    assertRefused("panama_torch::pad_sequence", List.of(scalar), "same sizes");
    assertRefused("panama_torch::pad_sequence", List.of(Torch.ones(2), scalar), "same sizes");
    // which libtorch broadcasts
    assertRefused(
        "panama_torch::pad_sequence", List.of(Torch.ones(2, 3), Torch.ones(2, 1)), "[2, 1]");
  }
}
