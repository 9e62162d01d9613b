package panama.torch.data.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import panama.torch.IndexException;
import panama.torch.data.Dataset;
import panama.torch.internal.Arguments;

/**
 * A dataset of the lines of a text file in UTF-8, without line ends. A byte order mark is skipped.
 *
 * <pre>{@code
 * Dataset<String> names = TextLines.read(Path.of("names.txt"));
 * }</pre>
 */
public final class TextLines implements Dataset<String> {
  private final List<String> lines;

  private TextLines(List<String> lines) {
    this.lines = List.copyOf(lines);
  }

  /**
   * Returns all lines of a file, which may have 1,048,576 characters each.
   *
   * @param path the file
   * @throws IOException if the file cannot be read, is not valid UTF-8 or has a longer line
   */
  public static TextLines read(Path path) throws IOException {
    return read(path, Integer.MAX_VALUE, 1 << 20);
  }

  /**
   * Returns the first lines of a file.
   *
   * @param path the file
   * @param maxLines the maximum number of lines to read, at least 1
   * @param maxLength the maximum number of characters of a line, Java's char, at least 1, so that a
   *     file without line ends does not fill the memory
   * @throws IOException if the file cannot be read, is not valid UTF-8 or has a longer line
   * @throws IllegalArgumentException unless both limits are at least 1
   */
  public static TextLines read(Path path, int maxLines, int maxLength) throws IOException {
    Arguments.positive("maxLines", maxLines);
    Arguments.positive("maxLength", maxLength);
    SourceFile file = new SourceFile(path, UTF_8);
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = file.open()) {
      StringBuilder line = new StringBuilder();
      int previous = -1;
      for (int c; lines.size() < maxLines && (c = reader.read()) >= 0; previous = c) {
        if (c == '\n' && previous == '\r') {
          continue;
        }
        if (c == '\n' || c == '\r') {
          lines.add(line.toString());
          line.setLength(0);
        } else if (line.length() == maxLength) {
          throw file.error(
              lines.size() + 1,
              String.format(
                  Locale.ROOT, "expected at most %d characters, got more in this line", maxLength));
        } else {
          line.append((char) c);
        }
      }
      if (!line.isEmpty()) {
        lines.add(line.toString());
      }
      return new TextLines(lines);
    } catch (CharacterCodingException e) {
      throw file.malformed(e);
    }
  }

  /** Returns all lines. */
  public List<String> lines() {
    return lines;
  }

  @Override
  public long size() {
    return lines.size();
  }

  /**
   * Returns a line.
   *
   * @param index the index of the line, from 0
   * @throws IndexException if there is no such line
   */
  @Override
  public String get(long index) {
    if (index < 0 || index >= lines.size()) {
      throw new IndexException(
          String.format(Locale.ROOT, "index: expected 0 to %d, got %d", lines.size() - 1, index));
    }
    return lines.get((int) index);
  }
}
