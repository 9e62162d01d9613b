package panama.torch.examples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.Torch;

class WeatherForecastTest {
  private final int threads = Torch.getNumThreads();
  @TempDir Path folder;

  @AfterEach
  void restoreThreads() {
    Torch.setNumThreads(threads);
  }

  @Test
  void twoEpochsWriteTheCharts() throws Exception {
    WeatherForecast.main(new String[] {"gru", "2", "1", folder.toString()});
    assertThat(folder.resolve("forecast.png")).isNotEmptyFile();
    assertThat(folder.resolve("learning-curve-gru-1.png")).isNotEmptyFile();
  }

  @Test
  void anUnknownCellIsRefused() {
    assertThatThrownBy(
            () -> WeatherForecast.main(new String[] {"transformer", "1", "1", folder.toString()}))
        .hasMessage("cell: expected lstm, gru or rnn, got transformer");
  }
}
