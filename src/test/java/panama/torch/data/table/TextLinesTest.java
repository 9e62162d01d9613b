package panama.torch.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.IndexException;

class TextLinesTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("lines.txt"), text);
  }

  @Test
  void readsLinesWithAnyEnds() throws IOException {
    TextLines lines = TextLines.read(file("\ufeffeins\nzwei\r\n\rdrei \ud83d\ude00"));
    assertThat(lines.lines()).containsExactly("eins", "zwei", "", "drei \ud83d\ude00");
    assertThat(lines.size()).isEqualTo(4);
    assertThat(lines.get(1)).isEqualTo("zwei");
    assertThat(TextLines.read(file("a\n\n")).lines()).containsExactly("a", "");
    assertThat(TextLines.read(file("")).lines()).isEmpty();
    assertThatThrownBy(() -> lines.get(4))
        .isInstanceOf(IndexException.class)
        .hasMessage("index: expected 0 to 3, got 4");
  }

  @Test
  void keepsToTheLimits() throws IOException {
    Path path = file("ab\ncde\nf");
    assertThat(TextLines.read(path, 2, 3).lines()).containsExactly("ab", "cde");
    assertThat(TextLines.read(path, 1, 2).lines()).containsExactly("ab");
    assertThatThrownBy(() -> TextLines.read(path, 9, 2))
        .isInstanceOf(IOException.class)
        .hasMessage(path + ", line 2: expected at most 2 characters, got more in this line");
    assertThatThrownBy(() -> TextLines.read(path, 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxLines");
  }

  @Test
  void namesTheLineThatIsNoUtf8() throws IOException {
    Path path = folder.resolve("latin.txt");
    Files.write(path, ("a\n".repeat(9000) + "größe\n").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> TextLines.read(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "latin.txt, line 9001: expected text in UTF-8, got the malformed byte 0xf6");
    Files.write(path, new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> TextLines.read(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 1:");
    Files.write(path, new byte[] {'a', '\n', (byte) 0xe2, (byte) 0x82});
    assertThatThrownBy(() -> TextLines.read(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 2:");
  }
}
