package panama.torch.examples.weather;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.examples.Printed;

class TuneTest {
  @TempDir Path folder;

  @Test
  void theTablesDoNotDependOnTheNumberOfParallelTrials() throws Exception {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    assertThat(Printed.by(() -> Tune.main(new String[] {"3", "3", "1", one.toString()})))
        .containsPattern("successive halving: .*best: [0-9.]+ of \\{cell=");
    Printed.by(() -> Tune.main(new String[] {"3", "3", "2", two.toString()}));
    for (String table : new String[] {"random.csv", "halving.csv"}) {
      assertThat(Files.readAllLines(two.resolve(table)))
          .hasSizeGreaterThan(3)
          .containsExactlyInAnyOrderElementsOf(Files.readAllLines(one.resolve(table)));
    }
    assertThat(two.resolve("random.png")).isNotEmptyFile();
    assertThat(two.resolve("halving.png")).isNotEmptyFile();
  }
}
