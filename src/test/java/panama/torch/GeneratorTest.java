package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {
  private static float[] draw(Generator generator) {
    return Torch.randn(new long[] {3}, TensorOptions.DEFAULT, generator).toFloatArray();
  }

  static Map<String, Function<@Nullable Generator, Tensor>> draws() {
    Map<String, Function<@Nullable Generator, Tensor>> draws = new LinkedHashMap<>();
    long[] sizes = {5};
    TensorOptions wide = TensorOptions.of(DType.FLOAT64);
    TensorOptions whole = TensorOptions.of(DType.INT64);
    draws.put("rand", g -> g == null ? Torch.rand(sizes, wide) : Torch.rand(sizes, wide, g));
    draws.put("randn", g -> g == null ? Torch.randn(sizes, wide) : Torch.randn(sizes, wide, g));
    draws.put(
        "randint",
        g ->
            g == null ? Torch.randint(1, 99, sizes, whole) : Torch.randint(1, 99, sizes, whole, g));
    draws.put("randperm", g -> g == null ? Torch.randperm(9) : Torch.randperm(9, g));
    draws.put(
        "uniform_",
        g -> g == null ? Torch.zeros(5).uniform_(1, 2) : Torch.zeros(5).uniform_(1, 2, g));
    draws.put(
        "normal_", g -> g == null ? Torch.zeros(5).normal_(1, 2) : Torch.zeros(5).normal_(1, 2, g));
    draws.put(
        "bernoulli_",
        g -> g == null ? Torch.zeros(9).bernoulli_(0.5) : Torch.zeros(9).bernoulli_(0.5, g));
    draws.put(
        "multinomial",
        g ->
            g == null ? Torch.ones(4).multinomial(9, true) : Torch.ones(4).multinomial(9, true, g));
    return draws;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rand",
        "randn",
        "randint",
        "randperm",
        "uniform_",
        "normal_",
        "bernoulli_",
        "multinomial"
      })
  void drawsTheNumbersOfTheDefaultGeneratorWithTheSameSeed(String name) {
    Function<@Nullable Generator, Tensor> draw = draws().get(name);
    Torch.manualSeed(3);
    Tensor standard = draw.apply(null);
    Tensor own = draw.apply(new Generator().manualSeed(3));
    assertThat(own.dtype()).isEqualTo(standard.dtype());
    assertThat(own.toByteArray()).isEqualTo(standard.toByteArray());
  }

  @Test
  void doesNotAffectTheDefaultGenerator() {
    Torch.manualSeed(1);
    float[] standard = Torch.randn(3).toFloatArray();
    Torch.manualSeed(1);
    Generator generator = new Generator().manualSeed(1);
    assertThat(generator.initialSeed()).isEqualTo(1);
    assertThat(draw(generator)).containsExactly(standard);
    assertThat(Torch.randn(3).toFloatArray()).as("undisturbed").containsExactly(standard);
  }

  @Test
  void setStateRestoresTheState() {
    Generator generator = new Generator();
    Tensor state = generator.getState();
    float[] once = draw(generator);
    assertThat(draw(generator)).isNotEqualTo(once);
    generator.setState(state);
    assertThat(draw(generator)).containsExactly(once);
    assertThatThrownBy(() -> generator.setState(Torch.ones(2))).isInstanceOf(DTypeException.class);
  }

  @Test
  void manualSeedSeedsTheDefaultGenerator() {
    Torch.manualSeed(9);
    assertThat(Generator.defaultGenerator().initialSeed()).isEqualTo(9);
    float[] once = draw(Generator.defaultGenerator());
    Generator.defaultGenerator().manualSeed(9);
    assertThat(Torch.randn(3).toFloatArray()).containsExactly(once);
  }

  @Test
  void anAbsentDeviceIsRefused() {
    assertThatThrownBy(() -> new Generator(Device.cuda(0))).isInstanceOf(DeviceException.class);
  }
}
