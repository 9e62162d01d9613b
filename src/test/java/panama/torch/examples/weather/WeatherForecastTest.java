package panama.torch.examples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.examples.Printed;

class WeatherForecastTest {
  @TempDir Path folder;

  @Test
  void twoEpochsWriteTheCharts() throws Exception {
    String[] args = {"gru", "2", "1", folder.toString()};
    assertThat(Printed.by(() -> WeatherForecast.main(args)))
        .containsPattern("persistence +2.26 +3.73")
        .containsPattern("season +3.16 +3.15");
    assertThat(folder.resolve("forecast.png")).isNotEmptyFile();
    assertThat(folder.resolve("learning-curve-gru-1.png")).isNotEmptyFile();
  }

  @Test
  void anUnknownCellIsRefused() {
    assertThatThrownBy(
            () ->
                Printed.by(
                    () ->
                        WeatherForecast.main(
                            new String[] {"transformer", "1", "1", folder.toString()})))
        .hasMessage("cell: expected lstm, gru or rnn, got transformer");
  }
}
