package panama.torch.internal.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import panama.torch.Backends;
import panama.torch.ChildJvm;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.LSTM;

class WarningsTest {
  @Test
  void warningsOfLibtorchAreLoggedOnce() throws Exception {
    Process process = new ProcessBuilder(ChildJvm.command(Program.class, List.of())).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s", errors).isZero();
    assertThat(errors).as("standard error").isEmpty();
    assertThat(printed.lines())
        .containsExactly(
            "WARNING grad() of a tensor that is no leaf is null after backward(); call retainGrad()"
                + " on it before, or ask the leaf that is meant",
            "WARNING LSTM with projections is not supported with oneDNN. Using default"
                + " implementation.");
  }

  static final class Program {
    private Program() {}

    public static void main(String[] args) {
      List<String> messages = new ArrayList<>();
      Logger logger = Logger.getLogger("panama.torch");
      logger.setUseParentHandlers(false);
      logger.addHandler(
          new Handler() {
            @Override
            public void publish(LogRecord event) {
              messages.add(event.getLevel() + " " + event.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
          });
      Backends.recurrent(Backends.Recurrent.ATEN); // which warns about a projection
      Tensor x = Torch.ones(1, 1, 2).requiresGrad_();
      for (int i = 0; i < 3; i++) {
        x.mul(2).grad();
        LSTM.builder(2, 3).projSize(2).build().forward(x);
      }
      Torch.ones(1).close();
      messages.forEach(System.out::println);
    }
  }
}
