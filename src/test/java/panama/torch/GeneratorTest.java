package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GeneratorTest {
  private static float[] draw(Generator generator) {
    return Torch.op("aten::randn.generator")
        .start()
        .arg(new long[] {3})
        .arg(generator)
        .call()
        .tensor()
        .toFloatArray();
  }

  @Test
  void isAStreamOfItsOwn() {
    Torch.manualSeed(1);
    float[] standard = Torch.randn(3).toFloatArray();
    Torch.manualSeed(1);
    Generator generator = new Generator().manualSeed(1);
    assertThat(generator.initialSeed()).isEqualTo(1);
    assertThat(draw(generator)).containsExactly(standard);
    assertThat(Torch.randn(3).toFloatArray()).as("undisturbed").containsExactly(standard);
  }

  @Test
  void isPutBackWhereItStood() {
    Generator generator = new Generator();
    Tensor state = generator.getState();
    float[] once = draw(generator);
    assertThat(draw(generator)).isNotEqualTo(once);
    generator.setState(state);
    assertThat(draw(generator)).containsExactly(once);
    assertThatThrownBy(() -> generator.setState(Torch.ones(2))).isInstanceOf(TorchException.class);
  }

  @Test
  void theDefaultOneIsTheOneThatManualSeedSeeds() {
    Torch.manualSeed(9);
    assertThat(Generator.defaultGenerator().initialSeed()).isEqualTo(9);
    float[] once = draw(Generator.defaultGenerator());
    Generator.defaultGenerator().manualSeed(9);
    assertThat(Torch.randn(3).toFloatArray()).containsExactly(once);
  }

  @Test
  void anAbsentDeviceIsRefused() {
    assertThatThrownBy(() -> new Generator(Device.cuda(0))).isInstanceOf(TorchException.class);
  }
}
