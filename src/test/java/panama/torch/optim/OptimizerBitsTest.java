package panama.torch.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * The operators of native/src/optimizers.cpp compute the same bits as one operator after the other,
 * for parameters of all sizes, layouts and types, and refuse arguments that do not fit together.
 */
class OptimizerBitsTest {
  /** Four parameters each; the third is in a group of its own. The last are for several threads. */
  private static final List<long[]> SIZES =
      Stream.concat(
              LongStream.iterate(1, first -> first < 70, first -> first + 4)
                  .mapToObj(first -> new long[] {first, first + 1, first + 2, first + 3}),
              Stream.of(new long[] {1000, 0, 4096 + 3, 70_000}))
          .toList();

  static Set<String> cases() {
    return OptimizerGoldenTest.OPTIMIZERS.keySet();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheBitsOfSingleOperators(String name) {
    Torch.manualSeed(0);
    for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
      for (long[] sizes : SIZES) {
        try (var scope = new TensorScope()) {
          compare(name, random(dtype, sizes), x -> x);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheBitsOfSingleOperatorsInHalfPrecision(String name) {
    Torch.manualSeed(0);
    for (DType dtype : List.of(DType.BFLOAT16, DType.FLOAT16)) {
      compare(name, random(dtype, 3, 0, 40, 1000), x -> x);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheBitsOfSingleOperatorsForAnyLayout(String name) {
    Torch.manualSeed(0);
    List<Tensor> mixed =
        List.of(
            Torch.randn(5, 9).transpose(0, 1),
            Torch.randn(33).to(DType.FLOAT64),
            Torch.randn(40, 2).select(1, 0),
            Torch.randn(7));
    compare(name, mixed, x -> x);
    compare(name, mixed, x -> x.dim() < 2 ? x : x.transpose(0, 1).contiguous().transpose(0, 1));
  }

  private static List<Tensor> random(DType dtype, long... sizes) {
    return LongStream.of(sizes).mapToObj(size -> Torch.randn(size).to(dtype)).toList();
  }

  private static void compare(String name, List<Tensor> values, UnaryOperator<Tensor> layout) {
    List<Tensor> p =
        values.stream().map(x -> layout.apply(x).detach().requiresGrad_(true)).toList();
    Optimizer optimizer = OptimizerGoldenTest.OPTIMIZERS.get(name).apply(p, false);
    List<Tensor> own = optimizer.parameters();
    List<Tensor> copies = own.stream().map(OptimizerBitsTest::leaf).toList();
    Optimizer expected = new SingleTensorOptimizer(optimizer, copies);
    for (int step = 0; step < 6; step++) {
      for (int i = 0; i < own.size(); i++) {
        Tensor gradient = gradient(own.get(i), step);
        own.get(i).setGrad(gradient);
        copies.get(i).setGrad(gradient.clone());
      }
      optimizer.step();
      expected.step();
      for (int i = 0; i < own.size(); i++) {
        String where = name + ", " + own.get(i).shape() + ", step " + step;
        assertSame(where, own.get(i), copies.get(i));
        Map<String, Tensor> state = optimizer.stateOf(own.get(i));
        expected
            .stateOf(copies.get(i))
            .forEach((key, tensor) -> assertSame(where + ", " + key, state.get(key), tensor));
      }
    }
  }

  /** Returns a copy with the same strides, if those leave no gaps. */
  private static Tensor leaf(Tensor x) {
    Tensor copy = Torch.emptyLike(x.detach());
    return copy.copy_(x.detach()).requiresGrad_(true);
  }

  /** Returns a random gradient; that of the fifth step has infinite elements and NaN. */
  private static Tensor gradient(Tensor x, int step) {
    Tensor gradient = Torch.randnLike(x.detach()).mul(Math.pow(10, step % 3 - 1));
    double[] special = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0, 1e-42
    };
    if (step == 4 && x.dim() == 1) {
      for (int i = 0; i < Math.min(special.length, x.size(0)); i++) {
        gradient.select(0, x.size(0) - 1 - i).fill_(special[i]);
      }
    }
    return gradient;
  }

  private static void assertSame(String where, Tensor actual, Tensor expected) {
    assertThat(bytes(actual)).as(where).isEqualTo(bytes(expected));
  }

  /** Returns the bits of the elements; all NaN have the same. */
  private static byte[] bytes(Tensor x) {
    Tensor detached = x.detach();
    return detached.maskedFill(detached.isnan(), 7.0).toByteArray();
  }

  // Arguments of the operators

  private static void adagrad(
      List<Tensor> self, List<Tensor> grads, List<Tensor> sums, List<Tensor> steps) {
    Torch.op("panama_torch::adagrad_")
        .start()
        .arg(self)
        .arg(grads)
        .arg(sums)
        .arg(steps)
        .arg(0.1)
        .arg(0.0)
        .arg(0.0)
        .arg(1e-10)
        .arg(false)
        .call();
  }

  private static Op.Call sgd(List<Tensor> self, List<Tensor> grads, List<Tensor> buffers) {
    return Torch.op("panama_torch::sgd_")
        .start()
        .arg(self)
        .arg(grads)
        .arg(buffers)
        .arg(0.1)
        .arg(0.9)
        .arg(0.0)
        .arg(0.0)
        .arg(false)
        .arg(false)
        .arg(false);
  }

  private static List<Tensor> ones(long... sizes) {
    return LongStream.of(sizes).mapToObj(Torch::ones).toList();
  }

  private static List<Tensor> steps(int count) {
    return Stream.generate(() -> Torch.zeros()).limit(count).toList();
  }

  @Test
  void listsMustMatch() {
    List<Tensor> good = ones(3, 4);
    for (List<Tensor> wrong :
        List.of(ones(3), ones(3, 4, 5), ones(3, 5), ones(3, 0), List.<Tensor>of())) {
      for (int place = 0; place < 3; place++) {
        List<List<Tensor>> lists = new ArrayList<>(List.of(good, good, good));
        lists.set(place, wrong);
        List<Tensor> self = lists.get(0).stream().map(x -> x.clone()).toList();
        assertThatThrownBy(() -> adagrad(self, lists.get(1), lists.get(2), steps(self.size())))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("expected");
        assertThatThrownBy(() -> sgd(self, lists.get(1), lists.get(2)).call())
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("expected");
      }
      assertThat(Torch.equal(good.getFirst(), Torch.ones(3))).isTrue();
    }
    for (List<Tensor> wrong : List.of(steps(1), steps(3), ones(2, 2), ones(0, 0))) {
      assertThatThrownBy(() -> adagrad(good, ones(3, 4), ones(3, 4), wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("state_steps: expected");
    }
  }

  @Test
  void leafsThatRequireAGradientAreRefusedAsByOtherOperators() {
    List<Tensor> p = List.of(Torch.ones(3).requiresGrad_(true));
    assertThatThrownBy(() -> sgd(p, ones(3), ones(3)).call())
        .hasMessageContaining("a leaf that requires gradients");
    try (var guard = Torch.noGrad()) {
      sgd(p, ones(3), ones(3)).call();
    }
    assertThat(p.getFirst().detach().toFloatArray()).containsOnly(1 - 0.1f * 1.9f);
  }

  @Test
  void tensorsOfInferenceModeAreRefusedOutsideOfIt() {
    List<Tensor> p;
    try (var mode = Torch.inferenceMode()) {
      p = ones(3);
      sgd(p, ones(3), ones(3)).call();
    }
    float[] before = p.getFirst().toFloatArray();
    assertThatThrownBy(() -> sgd(p, ones(3), ones(3)).call())
        .hasMessageContaining("Inplace update to inference tensor");
    assertThat(p.getFirst().toFloatArray()).isEqualTo(before);
  }

  @Test
  void typesMayDiffer() {
    List<Tensor> p = ones(3, 4);
    List<Tensor> doubles = p.stream().map(x -> x.to(DType.FLOAT64)).toList();
    assertThatThrownBy(() -> adagrad(List.of(Torch.arange(3)), ones(3), ones(3), steps(1)))
        .isInstanceOf(IllegalArgumentException.class);
    adagrad(p, doubles, ones(3, 4), steps(2));
    assertThat(p.getFirst().toFloatArray()).doesNotContain(1);
  }

  @Test
  void tensorsMayShareMemory() {
    Tensor p = Torch.linspace(0.1, 2, 80_000);
    Tensor sum = Torch.ones(80_000);
    Tensor expected = p.clone();
    Tensor expectedSum = sum.clone();
    adagrad(List.of(p, p), List.of(p, p), List.of(sum, sum), steps(2));
    for (int i = 0; i < 2; i++) {
      expectedSum.addcmul_(expected, expected, 1);
      expected.addcdiv_(expected, expectedSum.sqrt().add_(1e-10), -0.1);
    }
    assertSame("parameter", p, expected);
    assertSame("sum", sum, expectedSum);

    Tensor memory = Torch.ones(80_001);
    List<Tensor> first = List.of(memory.narrow(0, 0, 80_000));
    List<Tensor> second = List.of(memory.narrow(0, 1, 80_000));
    assertThatThrownBy(() -> adagrad(first, second, ones(80_000), steps(1)))
        .hasMessageContaining("refer to a single memory location");
  }
}
