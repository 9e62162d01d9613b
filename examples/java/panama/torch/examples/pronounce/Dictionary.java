package panama.torch.examples.pronounce;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import panama.torch.data.table.TextLines;

/**
 * The words of a dictionary. The hash of a word decides its part: 5 % are for the test, 5 % for the
 * validation.
 */
record Dictionary(List<Entry> training, List<Entry> validation, List<Entry> test) {
  private static final int PARTS = 20;

  /** A word in lower case and its phonemes, separated by spaces. */
  record Entry(String word, String phonemes) {
    int phonemeCount() {
      return phonemes.split(" ").length;
    }

    private int part() {
      return Math.floorMod(word.hashCode(), PARTS);
    }
  }

  /** Reads a table with a header and the columns word and phonemes, separated by a tab. */
  static Dictionary read(Path table) throws IOException {
    List<Entry> entries =
        TextLines.read(table).lines().stream().skip(1).map(line -> entry(table, line)).toList();
    return new Dictionary(
        part(entries, part -> part > 1),
        part(entries, part -> part == 1),
        part(entries, part -> part == 0));
  }

  private static Entry entry(Path table, String line) {
    String[] columns = line.split("\t", -1);
    if (columns.length != 2) {
      throw new IllegalArgumentException(
          "%s: expected a word, a tab and its phonemes, got '%s'".formatted(table, line));
    }
    return new Entry(columns[0], columns[1]);
  }

  private static List<Entry> part(List<Entry> entries, IntPredicate condition) {
    return entries.stream().filter(entry -> condition.test(entry.part())).toList();
  }
}
