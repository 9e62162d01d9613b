package panama.torch.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.Torch;

class GradientsTest {
  @TempDir Path folder;

  @Test
  void gradientsVanishExplodeAndFlow() throws Exception {
    int threads = Torch.getNumThreads();
    PrintStream out = System.out;
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      Gradients.main(new String[] {"60", "2", folder.toString()});
    } finally {
      System.setOut(out);
      Torch.setNumThreads(threads);
    }
    String[] models = printed.toString(UTF_8).split("before training", -1);
    assertThat(models).hasSize(7); // a head and six models
    assertThat(models[1]).contains("has vanished");
    assertThat(models[2]).contains("explodes");
    assertThat(models[5]).doesNotContain("has vanished", "explodes");
    assertThat(models[6]).doesNotContain("has vanished", "explodes");
    assertThat(folder.resolve("gradients.png")).isNotEmptyFile();
  }
}
