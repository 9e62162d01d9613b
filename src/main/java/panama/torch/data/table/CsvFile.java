package panama.torch.data.table;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file that {@link Csv} reads. No other class uses FastCSV, so that the others load without
 * it.
 */
final class CsvFile {
  private final Csv.Builder options;
  private final SourceFile file;
  private final DateParser dates;

  /** The names of all columns of the file. */
  private List<String> names = List.of();

  CsvFile(Csv.Builder options) {
    this.options = options;
    file = new SourceFile(options.path, options.charset);
    dates = DateParser.of(options.dateFormat);
  }

  Table read() throws IOException {
    Inference inference = new Inference();
    forEachRecord(inference::add);
    Map<Integer, Column.Builder> builders = inference.builders();
    forEachRecord(line -> fill(line, builders));
    Map<String, Column> columns = new LinkedHashMap<>();
    builders.forEach((index, builder) -> columns.put(names.get(index), builder.build()));
    Table table = new Table(options.path.toString(), columns);
    if (table.rows() == 0) {
      throw file.error("a value is missing in every row");
    }
    return table;
  }

  /** An action for the values of a record. */
  private interface RecordAction {
    void accept(CsvRecord values) throws IOException;
  }

  /** Reads the file from its start; checks the header and the number of values of each line. */
  private void forEachRecord(RecordAction action) throws IOException {
    try (CsvReader<CsvRecord> reader =
            CsvReader.builder()
                .fieldSeparator(options.separator)
                .ignoreDifferentFieldCount(true)
                .ofCsvRecord(file.open());
        CloseableIterator<CsvRecord> records = reader.iterator()) {
      if (!records.hasNext()) {
        throw file.error("expected a table, got an empty file");
      }
      CsvRecord first = records.next();
      names = names(first);
      if (!options.header) {
        accept(first, action);
      } else if (!records.hasNext()) {
        throw file.error(first.getStartingLineNumber(), "expected rows after the header, got none");
      }
      while (records.hasNext()) {
        accept(records.next(), action);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause() instanceof CharacterCodingException malformed
          ? file.malformed(malformed)
          : e.getCause();
    } catch (CsvParseException e) {
      Throwable cause = e.getCause();
      throw cause instanceof CharacterCodingException malformed
          ? file.malformed(malformed)
          : new IOException(options.path + ": " + e.getMessage(), e);
    }
  }

  private void accept(CsvRecord values, RecordAction action) throws IOException {
    int count = values.getFieldCount();
    if (count != names.size()) {
      throw file.error(
          values.getStartingLineNumber(),
          String.format(
              Locale.ROOT,
              "expected %d values, got %d%s",
              names.size(),
              count,
              count < names.size() ? "; none for column '%s'".formatted(names.get(count)) : ""));
    }
    action.accept(values);
  }

  private List<String> names(CsvRecord first) throws IOException {
    int count = first.getFieldCount();
    if (!options.header) {
      List<String> given = options.names;
      if (!given.isEmpty() && given.size() != count) {
        throw file.error(
            first.getStartingLineNumber(),
            String.format(
                Locale.ROOT,
                "expected %d values for the names %s, got %d",
                given.size(),
                given,
                count));
      }
      return given.isEmpty()
          ? IntStream.range(0, count).mapToObj(Integer::toString).toList()
          : given;
    }
    long line = first.getStartingLineNumber();
    List<String> header = first.getFields().stream().map(String::strip).toList();
    Set<String> unique = new HashSet<>();
    for (String name : header) {
      if (!unique.add(name)) {
        throw file.error(line, name, "expected different names of columns, got this one twice");
      }
    }
    if (header.stream().allMatch(name -> number(name) != null)) {
      throw file.error(
          line,
          "expected a header with the names of columns, got numbers: %s; use header(false)"
              .formatted(header));
    }
    return header;
  }

  private void fill(CsvRecord values, Map<Integer, Column.Builder> builders) throws IOException {
    Map<Column.Builder, Object> parsed = new LinkedHashMap<>();
    for (Map.Entry<Integer, Column.Builder> entry : builders.entrySet()) {
      String text = values.getField(entry.getKey());
      ColumnType type = entry.getValue().type();
      Object value;
      if (isMissing(text, type)) {
        if (options.missing == MissingValues.DROP_ROW) {
          return;
        }
        value = missing(values, entry.getKey(), type);
      } else {
        value = parse(text, type);
      }
      if (value == null) {
        throw file.error(
            values.getStartingLineNumber(), names.get(entry.getKey()), wrong(type, text));
      }
      parsed.put(entry.getValue(), value);
    }
    parsed.forEach(Column.Builder::add);
  }

  private boolean isMissing(String text, ColumnType type) {
    return type != ColumnType.TEXT && options.missingNames.contains(text.strip());
  }

  private Object missing(CsvRecord values, int column, ColumnType type) throws IOException {
    if (options.missing == MissingValues.NAN && type == ColumnType.NUMBER) {
      return Double.NaN;
    }
    throw file.error(
        values.getStartingLineNumber(),
        names.get(column),
        "the value is missing: '%s'; %s"
            .formatted(
                values.getField(column),
                type == ColumnType.NUMBER
                    ? "use missing(MissingValues.NAN) or missing(MissingValues.DROP_ROW)"
                    : "only numbers can be NaN; use missing(MissingValues.DROP_ROW)"));
  }

  private static String wrong(ColumnType type, String text) {
    return "expected a value of type %s, got '%s'".formatted(type, text);
  }

  /** Returns the value of a text; null if it is not of the type. */
  private @Nullable Object parse(String text, ColumnType type) {
    return switch (type) {
      case NUMBER -> number(text.strip());
      case DATE, DATE_TIME -> dates.parse(text.strip(), type);
      case TEXT -> text;
    };
  }

  /**
   * Returns a finite decimal number; null for any other text, such as Java's literals with a
   * suffix.
   */
  private static @Nullable Double number(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0)) {
      return null;
    }
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? number : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The inference of the types of the columns. */
  private final class Inference {
    /** The types that all values of a column so far have, by the index of the column. */
    private final Map<Integer, EnumSet<ColumnType>> possible = new LinkedHashMap<>();

    /** The error for the first value of a column that is not a number. */
    private final Map<Integer, String> notNumbers = new LinkedHashMap<>();

    private void start() {
      options.types.keySet().forEach(this::index);
      List<String> chosen = options.columns.isEmpty() ? names : options.columns;
      for (String name : chosen) {
        ColumnType declared = options.types.get(name);
        EnumSet<ColumnType> types =
            declared == null ? EnumSet.allOf(ColumnType.class) : EnumSet.of(declared);
        if (possible.put(index(name), types) != null) {
          throw new IllegalArgumentException(
              "columns: expected different names, got two '" + name + "'");
        }
      }
    }

    private int index(String name) {
      int index = names.indexOf(name);
      if (index < 0) {
        throw Table.noColumn(options.path + ": ", name, names);
      }
      return index;
    }

    void add(CsvRecord values) {
      if (possible.isEmpty()) {
        start();
      }
      possible.forEach(
          (index, types) -> {
            String text = values.getField(index);
            if (types.size() > 1 && !isMissing(text, ColumnType.NUMBER)) {
              narrow(values, index, types, text);
            }
          });
    }

    private void narrow(CsvRecord values, int index, EnumSet<ColumnType> types, String text) {
      boolean number = types.contains(ColumnType.NUMBER);
      types.removeIf(type -> parse(text, type) == null);
      if (number && !types.contains(ColumnType.NUMBER)) {
        notNumbers.put(
            index,
            file.at(values.getStartingLineNumber(), names.get(index))
                + ": "
                + wrong(ColumnType.NUMBER, text));
      }
    }

    /** Returns a builder for each column, by its index. */
    Map<Integer, Column.Builder> builders() {
      Map<Integer, Column.Builder> builders = new LinkedHashMap<>();
      possible.forEach(
          (index, types) ->
              builders.put(
                  index, new Column.Builder(types.iterator().next(), notNumbers.get(index))));
      return builders;
    }
  }
}
