package panama.torch.train.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.train.EpochResult;

@Tag("locale")
class CsvLogTest {
  private static final List<String> COLUMNS = List.of("epoch", "loss", "accuracy");

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("log.csv");
  }

  @Test
  void eachRowIsInTheFileAtOnce() throws IOException {
    try (CsvLog log = new CsvLog(file(), COLUMNS)) {
      assertThat(file()).hasContent("epoch,loss,accuracy");
      log.append(Map.of("accuracy", 0.5, "epoch", 1, "loss", 1234567.25));
      assertThat(file()).hasContent("epoch,loss,accuracy\n1,1234567.25,0.5");
      log.append(Map.of("epoch", 2, "loss", Double.NaN));
      assertThat(file()).hasContent("epoch,loss,accuracy\n1,1234567.25,0.5\n2,NaN,");
    }
  }

  @Test
  void anEpochIsARowOfTheValuesThatHaveAColumn() throws IOException {
    try (CsvLog log = new CsvLog(file(), List.of("epoch", "loss", "mae"))) {
      log.epochEnds(new EpochResult(1, Map.of("loss", 0.5, "lr", 0.01)));
      log.epochEnds(new EpochResult(2, Map.of("loss", 0.25, "mae", 3.0)));
    }
    assertThat(Files.readAllLines(file()))
        .containsExactly("epoch,loss,mae", "1,0.5,", "2,0.25,3.0");
  }

  @Test
  void aLogIsContinuedWithoutASecondHeader() throws IOException {
    for (int epoch = 1; epoch <= 3; epoch++) {
      try (CsvLog log = new CsvLog(file(), COLUMNS)) {
        assertThat(log.rowsBefore()).isEqualTo(epoch - 1);
        log.append(Map.of("epoch", epoch));
      }
    }
    assertThat(file()).hasContent("epoch,loss,accuracy\n1,,\n2,,\n3,,");
  }

  @Test
  void aLogOfOtherColumnsIsRefusedAndNotChanged() throws IOException {
    Files.writeString(file(), "epoch,loss\n1,2.0\n");
    assertThatThrownBy(() -> new CsvLog(file(), COLUMNS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("log.csv")
        .hasMessageContaining(
            "line 1: expected the columns [epoch, loss, accuracy], got [epoch, loss]");
    assertThat(Files.readString(file())).isEqualTo("epoch,loss\n1,2.0\n");
  }

  @Test
  void anotherFileWithoutLinesIsRefusedAndNotChanged() throws IOException {
    Files.writeString(file(), "something precious");
    assertThatThrownBy(() -> new CsvLog(file(), COLUMNS)).isInstanceOf(IOException.class);
    assertThat(Files.readString(file())).isEqualTo("something precious");
    Files.write(file(), new byte[] {-1, -2, '\n'});
    assertThatThrownBy(() -> new CsvLog(file(), COLUMNS)).hasMessageContaining("not UTF-8");
  }

  @Test
  void aRowWithAnotherNumberOfCellsIsRefused() throws IOException {
    Files.writeString(file(), "epoch,loss,accuracy\n1,2,3\n1,2\n");
    assertThatThrownBy(() -> new CsvLog(file(), COLUMNS))
        .hasMessageContaining("line 3: expected 3 cells, got 2");
  }

  @Test
  void aHalfWrittenLastLineIsDropped() throws IOException {
    Files.writeString(file(), "epoch,loss,accuracy\n1,2.0,3.0\n2,0.12");
    try (CsvLog log = new CsvLog(file(), COLUMNS)) {
      assertThat(log.rowsBefore()).isEqualTo(1);
      log.append(Map.of("epoch", 2, "loss", 0.125));
    }
    assertThat(file()).hasContent("epoch,loss,accuracy\n1,2.0,3.0\n2,0.125,");
    Files.writeString(file(), "epoch,lo");
    new CsvLog(file(), COLUMNS).close();
    assertThat(file()).hasContent("epoch,loss,accuracy");
  }

  @Test
  void anInterruptedThreadOpensAndAppends() throws IOException {
    Files.writeString(file(), "epoch,loss,accuracy\n1,2.0,3.0\n2,0.12");
    Thread.currentThread().interrupt();
    try (CsvLog log = new CsvLog(file(), COLUMNS)) {
      log.append(Map.of("epoch", 2));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(file()).hasContent("epoch,loss,accuracy\n1,2.0,3.0\n2,,");
  }

  @Test
  void wrongUsesAreNamed() throws IOException {
    assertThatThrownBy(() -> new CsvLog(file(), List.of("a", "a")))
        .hasMessage("header: expected at least one column and no duplicates, got [a, a]");
    assertThatThrownBy(() -> new CsvLog(file(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new CsvLog(folder.resolve("none/log.csv"), COLUMNS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Files.createDirectories");
    assertThatThrownBy(() -> new CsvLog(folder, COLUMNS)).hasMessageContaining("is a folder");
    CsvLog log = new CsvLog(file(), COLUMNS);
    assertThatThrownBy(() -> log.append(Map.of("los", 1)))
        .hasMessage("row: expected the columns [epoch, loss, accuracy], got 'los'");
    log.close();
    log.close();
    assertThatThrownBy(() -> log.append(Map.of("loss", 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  /** Cells come back but for line breaks, which become spaces. */
  @Property(tries = 200)
  void cellsAreReadBack(@ForAll @Size(min = 2, max = 2) List<String> cells) throws IOException {
    Path file = Files.createTempFile("cells", ".csv");
    try {
      List<String> header = List.of("a", "b,\"c\"");
      List<String> encodable = cells.stream().map(cell -> cell.replaceAll("\\p{Cs}", "?")).toList();
      try (CsvFile csv = CsvFile.open(file, header)) {
        csv.append(encodable);
      }
      try (CsvFile csv = CsvFile.open(file, header)) {
        assertThat(csv.rows())
            .containsExactly(
                encodable.stream().map(cell -> cell.replaceAll("[\r\n]", " ")).toList());
      }
      CsvFile.write(file, header, List.of(encodable, encodable));
      try (CsvFile csv = CsvFile.open(file, header)) {
        assertThat(csv.rows()).hasSize(2);
      }
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void writingReplacesTheFileAndLeavesNothingElse() throws IOException {
    Files.writeString(file(), "old");
    CsvFile.write(file(), List.of("a"), List.of(List.of("1"), List.of("2")));
    assertThat(Files.readString(file())).isEqualTo("a\n1\n2\n");
    assertThatThrownBy(() -> CsvFile.write(folder, List.of("a"), List.of()))
        .hasMessageContaining("is a folder");
    assertThat(folder.toFile().list()).containsExactly("log.csv");
  }
}
