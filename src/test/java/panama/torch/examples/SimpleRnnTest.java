package panama.torch.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class SimpleRnnTest {
  @Test
  void printsTheLossesOfPyTorch() {
    PrintStream out = System.out;
    var captured = new ByteArrayOutputStream();
    System.setOut(new PrintStream(captured, true, UTF_8));
    try {
      SimpleRnn.main(new String[0]);
    } finally {
      System.setOut(out);
    }
    assertThat(captured.toString(UTF_8).lines())
        .containsExactly(
            "[32, 2]",
            "Epoch [1/10], Loss: 0.7486",
            "Epoch [2/10], Loss: 0.8131",
            "Epoch [3/10], Loss: 0.7898",
            "Epoch [4/10], Loss: 0.7554",
            "Epoch [5/10], Loss: 0.6651",
            "Epoch [6/10], Loss: 0.6763",
            "Epoch [7/10], Loss: 0.7658",
            "Epoch [8/10], Loss: 0.7328",
            "Epoch [9/10], Loss: 0.6481",
            "Epoch [10/10], Loss: 0.6508");
  }
}
