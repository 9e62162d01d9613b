package panama.torch.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GradientsTest {
  @TempDir Path folder;

  @Test
  void gradientsVanishExplodeAndFlow() throws Exception {
    String printed = Printed.by(() -> Gradients.main(new String[] {"60", "2", folder.toString()}));
    String[] models = printed.split("before training", -1);
    assertThat(models).hasSize(7); // a head and six models
    assertThat(models[1]).contains("has vanished");
    assertThat(models[2]).contains("explodes");
    assertThat(models[5]).doesNotContain("has vanished", "explodes");
    assertThat(models[6]).doesNotContain("has vanished", "explodes");
    assertThat(folder.resolve("gradients.png")).isNotEmptyFile();
  }
}
