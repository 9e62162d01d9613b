package panama.torch.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeatherForecastTest {
  @TempDir Path folder;

  @Test
  void twoEpochsWriteTheCharts() throws Exception {
    WeatherForecast.main(new String[] {"gru", "2", folder.toString()});
    assertThat(folder.resolve("forecast.png")).isNotEmptyFile();
    assertThat(folder.resolve("learning-curve.png")).isNotEmptyFile();
  }

  @Test
  void anUnknownCellIsRefused() {
    assertThatThrownBy(
            () -> WeatherForecast.main(new String[] {"transformer", "1", folder.toString()}))
        .hasMessage("cell: expected lstm, gru or rnn, got transformer");
  }
}
