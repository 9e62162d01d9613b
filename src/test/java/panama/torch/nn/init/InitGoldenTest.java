package panama.torch.nn.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.Torch;
import panama.torch.nn.Numbers;

@Tag("locale")
class InitGoldenTest {
  private static final Golden GOLDEN = Golden.of("init");

  private static final long[] MATRIX = {5, 4};
  private static final long[] STRIP = {6, 7};
  private static final long[] CONV = {4, 3, 5};

  private record Case(String name, long[] shape, UnaryOperator<Tensor> fill) {
    @Override
    public String toString() {
      return name;
    }

    /** Returns the initialized tensor and the next random numbers. */
    List<Tensor> parts(DType dtype) {
      TensorOptions options = TensorOptions.of(dtype);
      Torch.manualSeed(0);
      Tensor parameter = Torch.empty(shape, options).requiresGrad_(true);
      Tensor filled = fill.apply(parameter);
      assertThat(filled).isSameAs(parameter);
      assertThat(filled.isLeaf()).isTrue();
      return List.of(filled, Torch.rand(new long[] {2}, options));
    }
  }

  private static Case of(String name, UnaryOperator<Tensor> fill, long... shape) {
    return new Case(name, shape, fill);
  }

  static Stream<Case> plain() {
    return Stream.of(
        of("uniform", Init::uniform_, MATRIX),
        of("uniform bounds", t -> Init.uniform_(t, -2, 3), MATRIX),
        of("normal", Init::normal_, MATRIX),
        of("normal wide", t -> Init.normal_(t, 1, 2), MATRIX),
        of("trunc normal", Init::truncNormal_, STRIP),
        of("trunc normal often", t -> Init.truncNormal_(t, 0.5, 1, 0, 1), STRIP),
        of("trunc normal seldom", t -> Init.truncNormal_(t, 0, 1, 2, 2.5), STRIP),
        of("trunc normal strip", t -> Init.truncNormal_(t, 0.1, 1, -0.2, 0.3), STRIP),
        of("constant", t -> Init.constant_(t, 0.3), MATRIX),
        of("ones", Init::ones_, MATRIX),
        of("zeros", Init::zeros_, MATRIX),
        of("eye", Init::eye_, MATRIX),
        of("eye wide", Init::eye_, 3, 4),
        of("dirac", Init::dirac_, CONV),
        of("dirac groups", t -> Init.dirac_(t, 2), 4, 3, 4, 3),
        of("dirac three", Init::dirac_, 3, 4, 2, 3, 4),
        of("xavier uniform", Init::xavierUniform_, CONV),
        of("xavier uniform gain", t -> Init.xavierUniform_(t, 2), MATRIX),
        of("xavier normal", Init::xavierNormal_, CONV),
        of("xavier normal gain", t -> Init.xavierNormal_(t, 2), MATRIX),
        of("kaiming uniform", t -> Init.kaimingUniform_(t, Math.sqrt(5)), MATRIX),
        of("kaiming normal", Init::kaimingNormal_, MATRIX),
        of("orthogonal tall", Init::orthogonal_, 5, 3),
        of("orthogonal wide", t -> Init.orthogonal_(t, 2), 3, 2, 4),
        of("orthogonal square", Init::orthogonal_, 4, 4),
        of("sparse", t -> Init.sparse_(t, 0.3), 7, 3),
        of("sparse wide", t -> Init.sparse_(t, 0.5, 2), 7, 3));
  }

  static Stream<Case> kaiming() {
    return Stream.of(Nonlinearity.values())
        .flatMap(what -> Stream.of(FanMode.values()).flatMap(mode -> kaiming(what, mode)));
  }

  private static Stream<Case> kaiming(Nonlinearity what, FanMode mode) {
    String suffix = (what + " " + mode).toLowerCase(Locale.ROOT);
    return Stream.of(
        of("kaiming uniform " + suffix, t -> Init.kaimingUniform_(t, 0.5, mode, what), 3, 2, 2),
        of("kaiming normal " + suffix, t -> Init.kaimingNormal_(t, 0.5, mode, what), 3, 2, 2));
  }

  static Stream<Case> cases() {
    return Stream.concat(plain(), kaiming());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void drawsWhatPyTorchDraws(Case one) {
    Numbers.check(GOLDEN, one.name(), one::parts);
  }

  @ParameterizedTest
  @EnumSource
  void gainsEqualPyTorchs(Nonlinearity what) {
    assertThat(Init.calculateGain(what))
        .isEqualTo(
            GOLDEN.get("gain %s float64".formatted(what.name().toLowerCase(Locale.ROOT)))
                .toDoubleArray()[0]);
  }

  @Test
  void kaimingUniformHasPyTorchsDefaults() {
    Torch.manualSeed(0);
    Tensor expected = Init.kaimingUniform_(Torch.empty(3, 4), 0);
    Torch.manualSeed(0);
    assertThat(Init.kaimingUniform_(Torch.empty(3, 4)).toByteArray())
        .isEqualTo(expected.toByteArray());
  }

  @Test
  void comparesEveryCaseOfTheFile() {
    Set<String> names =
        GOLDEN.names().stream()
            .filter(name -> !name.startsWith("clip ") && !name.startsWith("gain "))
            .map(name -> name.replaceFirst(" float..$", ""))
            .collect(Collectors.toCollection(HashSet::new));
    assertThat(cases().map(Case::name)).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void drawsPermutationsAndIntegersOfPyTorch() {
    Golden modules = Golden.of("modules");
    Torch.manualSeed(0);
    modules.check("randperm", 0, Torch.randperm(10));
    Torch.manualSeed(0);
    modules.check("randint", 0, Torch.randint(0, 100, 10));
    Torch.manualSeed(-1);
    modules.check("negative seed", 1e-6, Torch.randn(3));
  }

  @Test
  void acceptsEmptyTensors() {
    assertThat(Init.orthogonal_(Torch.empty(0, 3)).numel()).isZero();
    assertThat(Init.kaimingUniform_(Torch.empty(3, 0), 0).numel()).isZero();
    assertThat(Init.kaimingNormal_(Torch.empty(3, 0), 0).numel()).isZero();
  }

  @Test
  void refusesInvalidArguments() {
    Tensor vector = Torch.empty(4);
    Tensor matrix = Torch.empty(4, 3);
    assertThatThrownBy(() -> Init.xavierUniform_(vector)).hasMessageContainingAll("fan", "[4]");
    assertThatThrownBy(() -> Init.kaimingNormal_(vector, 0)).hasMessageContaining("fan");
    assertThatThrownBy(() -> Init.orthogonal_(vector)).hasMessageContaining("at least 2");
    assertThatThrownBy(() -> Init.eye_(vector)).hasMessageContaining("2 dimensions");
    assertThatThrownBy(() -> Init.sparse_(Torch.empty(2, 3, 4), 0.5))
        .hasMessageContaining("2 dimensions");
    assertThatThrownBy(() -> Init.sparse_(matrix, 1.5)).hasMessageContaining("sparsity");
    assertThatThrownBy(() -> Init.dirac_(matrix)).hasMessageContainingAll("3, 4 or 5", "[4, 3]");
    assertThatThrownBy(() -> Init.dirac_(Torch.empty(4, 3, 2), 3))
        .hasMessageContainingAll("groups", "4", "3");
    assertThatThrownBy(() -> Init.truncNormal_(matrix, 0, 0, -1, 1)).hasMessageContaining("std");
    assertThatThrownBy(() -> Init.truncNormal_(matrix, 0, 1, 1, 1)).hasMessageContaining("low");
  }
}
