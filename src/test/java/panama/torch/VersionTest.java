package panama.torch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.nn.BatchNorm1d;
import panama.torch.nn.Embedding;
import panama.torch.nn.EmbeddingBag;
import panama.torch.nn.Linear;
import panama.torch.nn.init.Init;
import panama.torch.nn.utils.GradientClipping;

/**
 * Writing to a tensor increments its version, {@code x._version} in PyTorch, so that backward
 * refuses a graph that was recorded before. Versions equal PyTorch's, except for operators that
 * write to lists: PyTorch increments those versions only for the _foreach_ operators.
 */
class VersionTest {
  /** Methods whose names end in an underscore and that write to no element. */
  private static final Set<String> NO_WRITES = Set.of("requiresGrad_");

  private static long version(Tensor tensor) {
    return Torch.op("aten::_version").arg(tensor).call().integer(0);
  }

  /** Returns the cases of the table of operators that write to their first operand. */
  static Stream<OperatorOperands.Case> writers() {
    OperatorOperands operators = new OperatorCases();
    operators.addAll();
    return operators.cases.stream()
        .filter(each -> Golden.of("operators").names().contains(each.key()))
        .filter(each -> each.key().matches("\\w+_(\\.\\w+)? \\d+|.* in place"))
        .filter(each -> !each.key().startsWith("detach "));
  }

  @ParameterizedTest
  @MethodSource("writers")
  void everyOperatorThatWritesIncrementsTheVersion(OperatorOperands.Case each) {
    OperatorOperands.changed = null;
    assertThat(each.call().get()).isNotNull();
    assertThat(version(requireNonNull(OperatorOperands.changed))).isPositive();
  }

  @Test
  void otherMethodsThatWriteIncrementTheVersion() {
    Map<String, UnaryOperator<Tensor>> writers = new TreeMap<>();
    Tensor place = Torch.tensor(new long[] {1});
    writers.put("set_", x -> x.set_(2, Index.at(0)));
    writers.put("indexPut_", x -> x.indexPut_(List.of(place), Torch.ones(1)));
    writers.put("copyFrom_", x -> x.copyFrom_(MemorySegment.ofArray(new float[] {1, 2, 3, 4})));
    writers.put("readFrom_", VersionTest::readZeros_);
    assertThat(writers.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Tensor.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isBridge())
                .map(Method::getName)
                .filter(name -> name.endsWith("_") && !NO_WRITES.contains(name))
                .collect(Collectors.toSet()));
    writers.forEach(
        (name, writer) -> {
          Tensor x = Torch.rand(4);
          long before = version(x);
          assertThat(writer.apply(x)).isSameAs(x);
          assertThat(version(x)).as(name).isGreaterThan(before);
        });
  }

  private static Tensor readZeros_(Tensor x) {
    try {
      return x.readFrom_(new ByteArrayInputStream(new byte[16]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void operatorsByNameIncrementVersionsInLists() {
    Tensor x = Torch.ones(3);
    Tensor y = Torch.ones(3);
    long before = version(x);
    Torch.op("aten::_foreach_add_.Scalar").start().arg(List.of(x, y)).arg(1).call();
    assertThat(version(x)).isEqualTo(before + 1);
    Torch.op("aten::_amp_foreach_non_finite_check_and_unscale_")
        .start()
        .arg(List.of(x, y))
        .arg(Torch.zeros(1))
        .arg(Torch.ones(1))
        .call();
    assertThat(version(x)).isEqualTo(before + 2);
    assertThat(version(y)).isEqualTo(version(x));
    Torch.op("aten::_foreach_add.Scalar").start().arg(List.of(x, y)).arg(1).call();
    assertThat(version(x)).isEqualTo(before + 2);
  }

  @Test
  void fusedKernelsIncrementVersionsOfGradientsOnlyWhenUnscaling() {
    Tensor x = Torch.ones(3);
    Tensor gradient = Torch.ones(3);
    Tensor step = Torch.ones();
    Op kernel = Torch.op("aten::_fused_adagrad_");
    for (Tensor scale : Arrays.asList(null, Torch.full(new long[0], 2.0))) {
      long before = version(x);
      long gradientBefore = version(gradient);
      Op.Call call =
          kernel
              .start()
              .arg(List.of(x))
              .arg(List.of(gradient))
              .arg(List.of(Torch.ones(3)))
              .arg(List.of(step))
              .arg(0.1)
              .arg(0.0)
              .arg(0.0)
              .arg(1e-8)
              .arg(false);
      if (scale != null) {
        call.arg("grad_scale", scale);
      }
      call.call();
      assertThat(version(x)).isEqualTo(before + 1);
      assertThat(version(gradient)).isEqualTo(gradientBefore + (scale == null ? 0 : 1));
    }
  }

  @Test
  void inferenceTensorsHaveNoVersion() {
    try (GradMode inference = Torch.inferenceMode()) {
      Tensor x = Torch.ones(3);
      Torch.op("aten::_amp_foreach_non_finite_check_and_unscale_")
          .start()
          .arg(List.of(x))
          .arg(Torch.zeros(1))
          .arg(Torch.full(new long[] {1}, 2.0))
          .call();
      assertThat(x.toFloatArray()).containsExactly(2, 2, 2);
    }
  }

  @Test
  void layersAndHelpersIncrementVersionsOfChangedParameters() {
    Embedding embedding = Embedding.builder(4, 3).maxNorm(0.1).build();
    long before = version(embedding.weight());
    embedding.forward(Torch.tensor(new long[] {1}));
    assertThat(version(embedding.weight())).isEqualTo(before + 1);

    EmbeddingBag bag = EmbeddingBag.builder(4, 3).maxNorm(0.1).build();
    before = version(bag.weight());
    bag.forward(Torch.tensor(new long[] {1}, 1, 1));
    assertThat(version(bag.weight())).isEqualTo(before + 1);

    Linear linear = new Linear(3, 2);
    before = version(linear.weight());
    Init.xavierUniform_(linear.weight());
    assertThat(version(linear.weight())).isEqualTo(before + 1);
    linear.loadStateDict(new Linear(3, 2).stateDict());
    assertThat(version(linear.weight())).isEqualTo(before + 2);

    linear.weight().setGrad(Torch.ones(2, 3));
    Tensor gradient = Objects.requireNonNull(linear.weight().grad());
    before = version(gradient);
    GradientClipping.clipGradNorm_(List.of(linear.weight()), 0.1);
    assertThat(version(gradient)).isEqualTo(before + 1);
    GradientClipping.clipGradValue_(List.of(linear.weight()), 0.01); // two operators, as in PyTorch
    assertThat(version(gradient)).isEqualTo(before + 3);
  }

  @Test
  void changesThatPyTorchDoesNotCountAreNotCounted() {
    Tensor x = Torch.ones(4);
    long before = version(x);
    x.setData(Torch.zeros(4));
    assertThat(version(x)).as("setData").isEqualTo(before);
    x.asSegment().fill((byte) 0);
    assertThat(version(x)).as("asSegment").isEqualTo(before);

    // If it were, backward would fail after two passes through one layer.
    BatchNorm1d norm = new BatchNorm1d(3);
    Tensor mean = norm.stateDict().get("running_mean");
    before = version(mean);
    Tensor first = norm.forward(Torch.randn(4, 3));
    Tensor second = norm.forward(Torch.randn(4, 3));
    first.add(second).sum().backward();
    assertThat(version(mean)).as("running_mean").isEqualTo(before);
  }

  @Test
  void backwardDetectsCopyFrom() {
    Tensor x = Torch.ones(2).requiresGrad_();
    Tensor loss = x.mul(x).sum();
    x.copyFrom_(MemorySegment.ofArray(new float[] {3, 4}));
    assertThatThrownBy(loss::backward)
        .isInstanceOf(TorchException.class)
        .hasMessageMatching("(?s).*modified by an in-?place operation.*");
  }
}
