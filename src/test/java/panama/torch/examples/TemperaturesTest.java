package panama.torch.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TemperaturesTest {
  @Test
  void oneEpochPrintsTheErrorsAndWritesTheCharts() throws Exception {
    Path chart = Path.of("target/temperatures.png");
    Files.deleteIfExists(chart);
    assertThat(Printed.by(() -> Temperatures.main(new String[] {"1"})))
        .containsPattern("LSTM: MAE [0-9.]+")
        .contains("persistence: MAE 2.2397");
    assertThat(chart).isNotEmptyFile();
    assertThat(Path.of("target/temperatures-loss.png")).isNotEmptyFile();
  }
}
