package panama.torch.examples.languageid;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The text of every language: articles for the training and held-out articles for the test.
 *
 * @param languages the languages, in the order of their numbers
 */
record Corpus(List<Language> languages) {
  /** Articles whose numbers are multiples of this are held out, except the preamble, number 0. */
  private static final int HELD_OUT = 6;

  private static final List<String> COLUMNS = List.of("code", "language", "article", "text");

  /**
   * A language and its text.
   *
   * @param code the ISO 639-3 code
   * @param name the English name
   * @param training the normalized articles for the training, joined
   * @param heldOut the normalized held-out articles, joined
   */
  record Language(String code, String name, String training, String heldOut) {}

  /** Returns the names of the languages, in order. */
  List<String> names() {
    return languages.stream().map(Language::name).toList();
  }

  /** Returns the characters of the articles for the training. */
  Alphabet alphabet() {
    StringBuilder all = new StringBuilder();
    languages.forEach(language -> all.append(language.training()));
    return Alphabet.of(all.toString());
  }

  /**
   * Reads the table.
   *
   * @param table the path of the table
   * @param chosen the codes or names of the languages to use; empty for all
   * @throws BadInput if the table is missing or damaged, or a language is not in it
   */
  static Corpus load(Path table, List<String> chosen) {
    Corpus all = new Corpus(read(table));
    if (chosen.isEmpty()) {
      return all;
    }
    List<Language> languages = new ArrayList<>();
    for (String name : chosen) {
      Language found =
          all.languages.stream()
              .filter(l -> l.code.equalsIgnoreCase(name) || l.name.equalsIgnoreCase(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new BadInput(
                          "--languages: there is no '%s' in %s; there are %s"
                              .formatted(name, table, all.codes())));
      if (!languages.contains(found)) {
        languages.add(found);
      }
    }
    if (languages.size() < 2) {
      throw new BadInput("--languages: expected at least two languages, got " + chosen);
    }
    return new Corpus(languages);
  }

  private String codes() {
    StringJoiner codes = new StringJoiner(", ");
    languages.forEach(language -> codes.add(language.code));
    return codes.toString();
  }

  private static List<Language> read(Path table) {
    Map<String, Articles> byCode = new LinkedHashMap<>();
    try (CsvReader<NamedCsvRecord> rows =
        CsvReader.builder().fieldSeparator('\t').ofNamedCsvRecord(table)) {
      for (NamedCsvRecord row : rows) {
        if (!row.getHeader().equals(COLUMNS)) {
          throw damaged(table, "expected the columns " + COLUMNS + ", got " + row.getHeader());
        }
        if (row.getFieldCount() != COLUMNS.size()) {
          throw damaged(
              table,
              String.format(Locale.ROOT, "line %d is cut short", row.getStartingLineNumber()));
        }
        byCode
            .computeIfAbsent(row.getField("code"), code -> new Articles(row.getField("language")))
            .add(Integer.parseInt(row.getField("article")), row.getField("text"));
      }
    } catch (NoSuchFileException e) {
      throw new BadInput(
          "--data: there is no file %s; run in the project's folder, or name the table"
              .formatted(table));
    } catch (IOException | UncheckedIOException | CsvParseException | NumberFormatException e) {
      throw damaged(table, String.valueOf(e.getMessage()));
    }
    if (byCode.size() < 2) {
      throw damaged(table, "expected at least two languages, got " + byCode.size());
    }
    int articles = byCode.values().iterator().next().count;
    List<Language> languages = new ArrayList<>();
    byCode.forEach((code, found) -> languages.add(found.language(table, code, articles)));
    return languages;
  }

  private static BadInput damaged(Path table, String reason) {
    String folder = Files.isDirectory(table) ? "it is a folder" : reason;
    return new BadInput(
        "--data: %s is no sound table: %s; restore it with git checkout examples/data"
            .formatted(table, folder));
  }

  /** Collects the articles of a language. */
  private static final class Articles {
    private final String name;
    private final StringJoiner training = new StringJoiner(" ");
    private final StringJoiner heldOut = new StringJoiner(" ");
    private int count;

    Articles(String name) {
      this.name = name;
    }

    void add(int number, String text) {
      count++;
      boolean hold = number > 0 && number % HELD_OUT == 0;
      (hold ? heldOut : training).add(Alphabet.normalise(text));
    }

    /**
     * Returns the language; throws if it has fewer articles than others, as in a truncated table.
     */
    Language language(Path table, String code, int expected) {
      if (count != expected) {
        throw damaged(
            table,
            String.format(
                Locale.ROOT, "expected %d articles of %s, got %d", expected, code, count));
      }
      if (Math.min(training.length(), heldOut.length()) <= Pieces.LONGEST) {
        throw damaged(table, "too little text of " + code);
      }
      return new Language(code, name, training.toString(), heldOut.toString());
    }
  }
}
