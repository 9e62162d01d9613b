package panama.torch.nn.utils;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.nn.utils.GradientClipping.clipGradNorm_;
import static panama.torch.nn.utils.GradientClipping.clipGradValue_;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.Embedding;
import panama.torch.nn.Numbers;

@Tag("locale")
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
          List<Tensor> all =
              new ArrayList<>(List.of(Torch.tensor(new double[] {norm}, DType.FLOAT64)));
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

  private static final Golden EDGES = Golden.of("clipping");

  static Set<String> edges() {
    return EDGES.names();
  }

  @ParameterizedTest
  @MethodSource("edges")
  void clipsUnusualNormsAndGradientsAsPyTorchDoes(String name) {
    String[] words = name.split(" ", -1);
    float[] expected = EDGES.get(name).toFloatArray();
    if (words[0].equals("embedding")) {
      var rows =
          Torch.tensor(new float[] {3, -4, 0, 0, Float.POSITIVE_INFINITY, 1, Float.NaN, 1}, 4, 2);
      var embedding =
          Embedding.builder(4, 2)
              .weight(rows)
              .maxNorm(number(words[1]))
              .normType(number(words[2]))
              .build();
      embedding.forward(Torch.tensor(new long[] {3, 0, 1, 2, 0}));
      assertThat(embedding.weight().detach().flatten().toFloatArray()).containsExactly(expected);
      return;
    }
    float[] gradient =
        switch (words[0]) {
          case "plain" -> new float[] {3, -4, 0};
          case "zero" -> new float[] {0, 0};
          case "inf" -> new float[] {Float.POSITIVE_INFINITY, 1};
          case "nan" -> new float[] {Float.NaN, 1};
          case "tiny" -> new float[] {1e-38f, 0};
          default -> throw new AssertionError(name);
        };
    Tensor parameter = withGradient(gradient);
    List<Tensor> parameters = List.of(withGradient(), parameter); // one without elements
    Tensor clipped = requireNonNull(parameter.grad());
    if (words[1].equals("value")) {
      clipGradValue_(parameters, number(words[2]));
      assertThat(clipped.toFloatArray()).containsExactly(expected);
    } else {
      double norm = clipGradNorm_(parameters, number(words[1]), number(words[2]));
      assertThat(new float[] {(float) norm}).containsExactly(expected[0]);
      assertThat(clipped.toFloatArray())
          .containsExactly(Arrays.copyOfRange(expected, 1, expected.length));
    }
  }

  private static double number(String python) {
    return Double.parseDouble(python.replace("inf", "Infinity"));
  }

  private static Tensor withGradient(float... gradient) {
    Tensor parameter = Torch.ones(gradient.length).requiresGrad_(true);
    parameter.setGrad(Torch.tensor(gradient));
    return parameter;
  }

  @Test
  void returnsZeroIfAllGradientsAreEmpty() {
    for (double order : new double[] {2, 0, -1, Double.POSITIVE_INFINITY}) {
      assertThat(clipGradNorm_(List.of(withGradient(), withGradient()), 1, order)).isZero();
    }
  }

  @Test
  void takesTheTwoNormByDefault() {
    List<Tensor> parameters = parameters(DType.FLOAT32);
    assertThat(clipGradNorm_(parameters, 1e9)).isEqualTo(clipGradNorm_(parameters, 1e9, 2));
  }

  @Test
  void doesNothingWithoutGradients() {
    assertThat(clipGradNorm_(List.of(Torch.ones(2).requiresGrad_(true)), 1)).isZero();
    clipGradValue_(List.of(Torch.ones(2)), 1);
  }

  @Test
  void refusesAnInfiniteNormOnRequest() {
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
  void refusesInvalidArguments() {
    for (double wrong : new double[] {-1, Double.NaN, Double.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> clipGradNorm_(List.of(), wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("maxNorm: expected a number from 0 up");
      assertThatThrownBy(() -> clipGradValue_(List.of(), wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("clipValue: expected a number from 0 up");
      assertThatThrownBy(() -> Embedding.builder(4, 2).maxNorm(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("maxNorm: expected a number from 0 up");
    }
    assertThatThrownBy(() -> Embedding.builder(4, 2).normType(Double.NaN))
        .hasMessageContaining("normType");
    assertThatThrownBy(() -> clipGradNorm_(List.of(), 1, Double.NaN))
        .hasMessageContaining("normType");
    assertThatThrownBy(() -> clipGradValue_(List.of(), -1)).hasMessageContaining("clipValue");
  }
}
