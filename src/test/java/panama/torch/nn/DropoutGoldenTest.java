package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;

@Tag("locale")
class DropoutGoldenTest {
  @Test
  void dropsWhatPyTorchDrops() {
    Dropout dropout = new Dropout(0.3);
    Tensor ones = Torch.ones(50);
    Torch.manualSeed(0);
    Golden.of("modules").check("dropout", 1e-6, dropout.forward(ones));
    dropout.eval();
    assertThat(dropout.forward(ones).toFloatArray()).containsOnly(1);
  }

  @Test
  void refusesInvalidProbabilities() {
    for (double p : new double[] {-0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> new Dropout(p)).hasMessageContaining("probability from 0 to 1");
    }
  }
}
