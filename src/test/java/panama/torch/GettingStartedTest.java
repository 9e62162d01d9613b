package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The guide shows the files of the project that the consumer tests build and run. */
class GettingStartedTest {
  private static final Path PROJECT = Path.of("src/it/getting-started");

  @Test
  void theGuideShowsTheProjectThatIsTested() throws IOException {
    String guide = Files.readString(Path.of("docs/getting-started.md"));
    assertThat(guide)
        .contains(
            Files.readString(PROJECT.resolve("pom.xml"))
                .replace("@project.version@", "0.1.0-SNAPSHOT")
                .replace("@native.platform@", "linux-x86_64"))
        .contains(Files.readString(PROJECT.resolve("src/main/java/org/example/First.java")));
  }
}
