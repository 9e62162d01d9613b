package panama.torch.data.table;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader of files of comma-separated values (RFC 4180), which needs FastCSV, an optional
 * dependency: {@code de.siegmar:fastcsv}.
 *
 * <pre>{@code
 * Table table =
 *     Csv.builder(Path.of("jena_climate.csv"))
 *         .columns("Date Time", "T (degC)")
 *         .dateFormat("dd.MM.yyyy HH:mm:ss")
 *         .missing(MissingValues.NAN)
 *         .read();
 * }</pre>
 *
 * <p>Spaces around names, numbers and dates are ignored, and so are blank lines. Numbers have a
 * decimal point. A file is read twice, first to infer the types. The message of an error names the
 * file, and if possible the line and the column.
 */
public final class Csv {
  private Csv() {}

  /**
   * Returns the table of a file, read with the defaults of {@link Builder}: commas, a header,
   * UTF-8, inferred types, no missing values.
   *
   * @param path the file
   * @throws IOException if the file cannot be read or is not valid
   * @throws IllegalStateException if FastCSV is missing
   */
  public static Table read(Path path) throws IOException {
    return builder(path).read();
  }

  /**
   * Returns a builder with the defaults.
   *
   * @param path the file
   */
  public static Builder builder(Path path) {
    return new Builder(path);
  }

  /** The options for reading a file, and the method that reads it. */
  public static final class Builder {
    final Path path;
    char separator = ',';
    boolean header = true;
    List<String> names = List.of();
    Charset charset = StandardCharsets.UTF_8;
    List<String> columns = List.of();
    final Map<String, ColumnType> types = new LinkedHashMap<>();
    @Nullable String dateFormat;
    MissingValues missing = MissingValues.ERROR;
    Set<String> missingNames = Set.of("", "NA", "N/A", "NaN", "nan", "NULL", "null");

    private Builder(Path path) {
      this.path = Objects.requireNonNull(path, "path");
    }

    /**
     * Sets the character between values. Default: a comma.
     *
     * @param separator for example {@code ';'} or {@code '\t'}
     * @return this builder
     */
    public Builder separator(char separator) {
      if ("\"#\r\n".indexOf(separator) >= 0) {
        throw new IllegalArgumentException(
            "separator: expected a character such as ',', ';' or a tab, got a quote, # or the end"
                + " of a line");
      }
      this.separator = separator;
      return this;
    }

    /**
     * Sets whether the first line has the names of the columns. Default: true. Without a header,
     * the columns are named 0, 1, 2 and so on, unless {@link #names} are set.
     *
     * @param header whether there is a header
     * @return this builder
     */
    public Builder header(boolean header) {
      this.header = header;
      return this;
    }

    /**
     * Sets the names of the columns of a file, which then has no header.
     *
     * @param names a name for each column of the file, all different
     * @return this builder
     */
    public Builder names(String... names) {
      this.names = List.of(names);
      return header(false);
    }

    /**
     * Sets the character encoding. Default: UTF-8. A byte order mark is skipped.
     *
     * @param charset the encoding of the file
     * @return this builder
     */
    public Builder charset(Charset charset) {
      this.charset = Objects.requireNonNull(charset, "charset");
      return this;
    }

    /**
     * Sets the columns that are read, in their order in the table. Default: all. Values of other
     * columns are not checked.
     *
     * @param columns names of columns
     * @return this builder
     */
    public Builder columns(String... columns) {
      this.columns = List.of(columns);
      return this;
    }

    /**
     * Sets the type of a column. Default: the first of NUMBER, DATE, DATE_TIME and TEXT that fits
     * all its values.
     *
     * @param column the name of a column
     * @param type the type of all its values
     * @return this builder
     */
    public Builder type(String column, ColumnType type) {
      types.put(Objects.requireNonNull(column, "column"), Objects.requireNonNull(type, "type"));
      return this;
    }

    /**
     * Sets the format of all dates. Default: ISO 8601, such as {@code 2026-01-31}, {@code
     * 2026-01-31T23:59:00} and {@code 2026-01-31 23:59:00}.
     *
     * @param pattern a pattern of {@link java.time.format.DateTimeFormatter}, for which the locale
     *     is {@link java.util.Locale#ROOT}; dates that do not exist, such as 31 June, are errors
     * @return this builder
     * @throws IllegalArgumentException if the pattern is invalid
     */
    public Builder dateFormat(String pattern) {
      DateParser.of(Objects.requireNonNull(pattern, "pattern"));
      dateFormat = pattern;
      return this;
    }

    /**
     * Sets how missing numbers and dates are handled. Default: {@link MissingValues#ERROR}.
     *
     * @param missing how they are handled
     * @return this builder
     */
    public Builder missing(MissingValues missing) {
      this.missing = Objects.requireNonNull(missing, "missing");
      return this;
    }

    /**
     * Sets the texts that are missing numbers and dates. Default: the empty text, NA, N/A, NaN,
     * nan, NULL and null. In columns of texts they are values.
     *
     * @param names the texts, without spaces around them
     * @return this builder
     */
    public Builder missingNames(String... names) {
      missingNames = Set.copyOf(List.of(names));
      return this;
    }

    /**
     * Returns the table of the file.
     *
     * @throws IOException if the file cannot be read or is not valid: it is empty, has no header or
     *     two columns of one name, or a line has too many or too few values, or one that is missing
     *     or not of the type of its column
     * @throws IllegalArgumentException if a column of {@link #columns} or {@link #type} does not
     *     exist, or a name of {@link #columns} or {@link #names} occurs twice
     * @throws IllegalStateException if FastCSV is missing
     */
    public Table read() throws IOException {
      try {
        return new CsvFile(this).read();
      } catch (NoClassDefFoundError e) {
        throw new IllegalStateException(
            "Csv needs FastCSV; add the dependency de.siegmar:fastcsv:3.7.0; on the module path"
                + " also add 'requires de.siegmar.fastcsv'",
            e);
      }
    }
  }
}
