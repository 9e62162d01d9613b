package panama.torch.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.Tensor;
import panama.torch.io.SafeTensorsFile.Entry;

/** Valid and invalid files, as judged by Python's reader. verdicts.py writes verdicts.txt. */
class SafeTensorsVerdictTest {
  private static final Path VERDICTS = Path.of("src/test/resources/golden/verdicts.txt");
  private static final HexFormat HEX = HexFormat.of();

  @TempDir Path folder;

  private static List<String[]> lines(String kind) throws IOException {
    try (Stream<String> lines = Files.lines(VERDICTS)) {
      return lines.map(line -> line.split("\t", -1)).filter(line -> line[0].equals(kind)).toList();
    }
  }

  @Test
  void filesAreValidExactlyWhereTheyAreInPython() throws IOException {
    assertThat(lines("file")).hasSizeGreaterThan(800);
    for (String[] line : lines("file")) {
      String expected = line.length > 4 ? line[4] : line[3];
      assertThat(verdict(HEX.parseHex(line[2]))).as(line[1]).isEqualTo(expected);
    }
  }

  @Test
  void changedBytesHaveTheSameEffectAsInPython() throws IOException {
    assertThat(lines("change")).hasSizeGreaterThan(150);
    for (String[] line : lines("change")) {
      byte[] values = HEX.parseHex(line[4]);
      StringBuilder verdicts = new StringBuilder();
      for (byte value : values) {
        byte[] content = HEX.parseHex(line[2]);
        content[Integer.parseInt(line[3])] = value;
        verdicts.append(verdict(content).equals("refused") ? '0' : '1');
      }
      assertThat(verdicts).as("%s, byte %s", line[1], line[3]).hasToString(line[5]);
    }
  }

  /** Also loads all that can be loaded, and compares the bytes with those of the file. */
  private String verdict(byte[] content) throws IOException {
    Path path = folder.resolve("x.safetensors");
    Files.write(path, content);
    SafeTensorsFile file;
    try {
      file = SafeTensors.open(path);
    } catch (IOException e) {
      assertThat(e.getMessage()).contains(path.toString()).contains("no s");
      return "refused";
    }
    try (file) {
      StringJoiner verdict = new StringJoiner(" ");
      verdict.add("sound");
      long bytes = file.entries().values().stream().mapToLong(Entry::bytes).sum();
      for (Entry entry : file.entries().values()) {
        String found = entry.type() + entry.shape();
        try (Tensor tensor = file.load(entry.name())) {
          int start = (int) (content.length - bytes + entry.offset());
          assertThat(entry.isLoadable()).isTrue();
          assertThat(tensor.shape()).isEqualTo(entry.shape());
          assertThat(HEX.formatHex(tensor.toByteArray()))
              .isEqualTo(HEX.formatHex(content, start, start + (int) entry.bytes()));
          verdict.add(found);
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("tensor '" + entry.name() + "' in " + path);
          verdict.add(found + "!");
        }
      }
      return verdict.toString();
    }
  }
}
