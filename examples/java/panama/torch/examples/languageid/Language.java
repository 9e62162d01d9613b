package panama.torch.examples.languageid;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import panama.torch.data.table.ColumnType;
import panama.torch.data.table.Csv;
import panama.torch.data.table.Table;

/** A language, with its articles for the training and those held out, normalized and joined. */
record Language(String code, String name, String training, String heldOut) {
  /** Articles whose numbers are multiples of this are held out, except the preamble, number 0. */
  private static final int HELD_OUT = 6;

  /** Normalizes a text: lower case, ASCII quotes and dashes, Unicode normalization form C. */
  static String normalise(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[’‘ʼ‚]", "'")
        .replaceAll("[“”„«»]", "\"")
        .replaceAll("[‐‑‒–—]", "-")
        .replaceAll("\\s+", " ")
        .strip();
  }

  /**
   * Reads the languages of a table of articles, or those with the chosen codes or names.
   *
   * @throws BadInput if the table is missing or damaged, or a language is not in it
   */
  static List<Language> read(Path path, List<String> chosen) {
    List<Language> all;
    try {
      all = readAll(path);
    } catch (NoSuchFileException e) {
      throw new BadInput(
          "--data: there is no file %s; run in the project's folder, or name the table"
              .formatted(path));
    } catch (IOException | IllegalArgumentException e) {
      throw new BadInput(
          "--data: no sound table: %s; restore it with git checkout examples/data"
              .formatted(e.getMessage()));
    }
    if (chosen.isEmpty()) {
      return all;
    }
    List<Language> found = chosen.stream().map(name -> find(name, all, path)).distinct().toList();
    if (found.size() < 2) {
      throw new BadInput("--languages: expected at least two languages, got " + chosen);
    }
    return found;
  }

  private static Language find(String name, List<Language> all, Path path) {
    for (Language language : all) {
      if (language.code.equalsIgnoreCase(name) || language.name.equalsIgnoreCase(name)) {
        return language;
      }
    }
    throw new BadInput(
        "--languages: there is no '%s' in %s; there are %s"
            .formatted(name, path, String.join(", ", all.stream().map(Language::code).toList())));
  }

  private static List<Language> readAll(Path path) throws IOException {
    Csv.Builder csv =
        Csv.builder(path)
            .separator('\t')
            .type("article", ColumnType.NUMBER)
            .type("text", ColumnType.TEXT);
    List<Table> tables = List.copyOf(csv.read().groupBy("code").values());
    if (tables.size() < 2) {
      throw new IOException(path + ": expected at least two languages, got one");
    }
    int articles = tables.getFirst().rows();
    List<Language> languages = new ArrayList<>();
    for (Table table : tables) {
      Language language = of(table);
      if (table.rows() != articles) { // as in a truncated table
        throw new IOException(
            "%s: expected %s articles of %s, got %s"
                .formatted(path, articles, language.code, table.rows()));
      } else if (Math.min(language.training.length(), language.heldOut.length())
          <= Pieces.LONGEST) {
        throw new IOException(path + ": too little text of " + language.code);
      }
      languages.add(language);
    }
    return languages;
  }

  private static Language of(Table table) {
    StringJoiner training = new StringJoiner(" ");
    StringJoiner heldOut = new StringJoiner(" ");
    double[] articles = table.doubles("article");
    List<String> texts = table.strings("text");
    for (int i = 0; i < articles.length; i++) {
      boolean hold = articles[i] > 0 && articles[i] % HELD_OUT == 0;
      (hold ? heldOut : training).add(normalise(texts.get(i)));
    }
    return new Language(
        table.strings("code").getFirst(),
        table.strings("language").getFirst(),
        training.toString(),
        heldOut.toString());
  }
}
