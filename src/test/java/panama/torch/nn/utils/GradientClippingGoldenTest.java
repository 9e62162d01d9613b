package panama.torch.nn.utils;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.nn.utils.GradientClipping.clipGradNorm_;
import static panama.torch.nn.utils.GradientClipping.clipGradValue_;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.Numbers;

class GradientClippingGoldenTest {
  private static final Golden GOLDEN = Golden.of("init");

  private static List<Tensor> parameters(DType dtype) {
    Torch.manualSeed(0);
    List<Tensor> parameters = new ArrayList<>();
    for (long[] shape : new long[][] {{30, 20}, {4}, {7, 5}}) {
      parameters.add(Torch.randn(shape).to(dtype));
    }
    parameters.forEach(
        p -> p.requiresGrad_(true).setGrad(Torch.randn(p.shape().toArray()).to(dtype)));
    parameters.add(Torch.ones(2).to(dtype).requiresGrad_(true));
    return parameters;
  }

  static Stream<Arguments> norms() {
    return Stream.of(
        Arguments.of("two", 0.7, 2.0),
        Arguments.of("two wide", 1000.0, 2.0),
        Arguments.of("one", 0.7, 1.0),
        Arguments.of("three", 0.7, 3.0),
        Arguments.of("infinity", 0.7, Double.POSITIVE_INFINITY),
        Arguments.of("half", 0.7, 0.5));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("norms")
  void clipsNormsAsPyTorchDoes(String name, double maxNorm, double normType) {
    Function<DType, List<Tensor>> parts =
        dtype -> {
          List<Tensor> parameters = parameters(dtype);
          double norm = clipGradNorm_(parameters, maxNorm, normType);
          List<Tensor> all = new ArrayList<>(List.of(Torch.tensor(new double[] {norm})));
          parameters.subList(0, 3).forEach(p -> all.add(requireNonNull(p.grad())));
          return all;
        };
    Numbers.check(GOLDEN, "clip " + name, parts);
  }

  @Test
  void clipsValuesAsPyTorchDoes() {
    Numbers.check(
        GOLDEN,
        "clip value",
        dtype -> {
          List<Tensor> parameters = parameters(dtype);
          clipGradValue_(parameters, 0.4);
          return parameters.subList(0, 3).stream().map(p -> requireNonNull(p.grad())).toList();
        });
  }

  @Test
  void takesTheTwoNormByDefault() {
    List<Tensor> parameters = parameters(DType.FLOAT32);
    assertThat(clipGradNorm_(parameters, 1e9)).isEqualTo(clipGradNorm_(parameters, 1e9, 2));
  }

  @Test
  void hasNothingToDoWithoutGradients() {
    assertThat(clipGradNorm_(List.of(Torch.ones(2).requiresGrad_(true)), 1)).isZero();
    clipGradValue_(List.of(Torch.ones(2)), 1);
  }

  @Test
  void refusesANormThatIsNotFiniteWhereAsked() {
    Tensor parameter = Torch.ones(2).requiresGrad_(true);
    parameter.setGrad(Torch.tensor(new float[] {1, Float.POSITIVE_INFINITY}));
    assertThatThrownBy(() -> clipGradNorm_(List.of(parameter), 1, 2, true))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContainingAll("order 2.0", "Infinity");
    assertThat(requireNonNull(parameter.grad()).toFloatArray())
        .containsExactly(1, Float.POSITIVE_INFINITY);
    assertThat(clipGradNorm_(List.of(parameter), 1, 2, false)).isInfinite();
    assertThat(requireNonNull(parameter.grad()).toFloatArray()).containsExactly(0, Float.NaN);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> clipGradNorm_(List.of(), 0)).hasMessageContaining("maxNorm");
    assertThatThrownBy(() -> clipGradNorm_(List.of(), 1, Double.NaN))
        .hasMessageContaining("normType");
    assertThatThrownBy(() -> clipGradValue_(List.of(), -1)).hasMessageContaining("clipValue");
  }
}
