package panama.torch.data.table;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import panama.torch.DType;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.Dataset;
import panama.torch.internal.NearestName;

/**
 * A table of named columns of one length: numbers, texts and dates. Tables are immutable; methods
 * that change something return a new table. {@link Csv} and {@link JdbcTables} read tables, and
 * {@link #of} makes them of arrays.
 *
 * <pre>{@code
 * Table table = Csv.read(Path.of("weather.csv"));
 * double[] wind = table.doubles("wind");
 * Table calm = table.filter(row -> wind[row] < 1).select("date", "temperature");
 * Tensor temperatures = calm.numbers("temperature"); // (T, 1)
 * }</pre>
 */
public final class Table {
  private final String source;
  private final Map<String, Column> columns;
  private final int rows;

  /**
   * Creates a table.
   *
   * @param source the name of a file for error messages, or an empty text
   * @param columns at least one, all of the same length
   */
  Table(String source, Map<String, Column> columns) {
    this.source = source;
    this.columns = Collections.unmodifiableMap(columns);
    rows = columns.values().iterator().next().rows();
  }

  /**
   * Returns a table of columns of numbers, which are copied.
   *
   * @param columns the values of each column by name, NaN for a missing one; the columns are in the
   *     order of the map
   * @throws IllegalArgumentException if there are no columns or their lengths differ
   */
  public static Table of(Map<String, double[]> columns) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("columns: expected at least one, got none");
    }
    int rows = columns.values().iterator().next().length;
    Map<String, Column> copies = new LinkedHashMap<>();
    columns.forEach(
        (name, values) -> {
          checkLength(name, rows, values.length);
          copies.put(Objects.requireNonNull(name, "name"), new Column.Numbers(values.clone()));
        });
    return new Table("", copies);
  }

  private static void checkLength(String name, int expected, int actual) {
    if (actual != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "column '%s': expected %d rows, got %d", name, expected, actual));
    }
  }

  /** Returns the number of rows. */
  public int rows() {
    return rows;
  }

  /** Returns the names of the columns, in their order. */
  public List<String> columns() {
    return List.copyOf(columns.keySet());
  }

  /**
   * Returns the type of a column.
   *
   * @param name the name of a column
   * @throws IllegalArgumentException if there is no such column
   */
  public ColumnType type(String name) {
    return column(name).type();
  }

  /**
   * Returns columns of numbers as a FLOAT32 tensor.
   *
   * @param names the columns; none: all columns of numbers
   * @return a tensor (T, F): rows, columns
   * @throws IllegalArgumentException if a column does not exist or does not hold numbers
   */
  public Tensor numbers(String... names) {
    return numbers(DType.FLOAT32, names);
  }

  /**
   * Returns columns of numbers as a tensor.
   *
   * @param dtype the type of the result
   * @param names the columns; none: all columns of numbers
   * @return a tensor (T, F): rows, columns
   * @throws IllegalArgumentException if a column does not exist or does not hold numbers, or if a
   *     number is out of the range of an integer type
   */
  public Tensor numbers(DType dtype, String... names) {
    List<String> chosen = names.length == 0 ? numberColumns() : List.of(names);
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> parts =
          chosen.stream().map(name -> Torch.tensor(valuesOf(name), dtype)).toList();
      return scope.keep(Torch.stack(parts, 1));
    }
  }

  /** Returns the names of the columns of numbers, at least one. */
  private List<String> numberColumns() {
    List<String> names =
        columns().stream().filter(name -> type(name) == ColumnType.NUMBER).toList();
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          source() + "expected a column of numbers, got only " + this);
    }
    return names;
  }

  /**
   * Returns the values of a column of numbers.
   *
   * @param name the name of a column
   * @return a copy of the values, NaN for a missing one
   * @throws IllegalArgumentException if the column does not exist or does not hold numbers
   */
  public double[] doubles(String name) {
    return valuesOf(name).clone();
  }

  private double[] valuesOf(String name) {
    return switch (column(name)) {
      case Column.Numbers(double[] values) -> values;
      case Column.Values column -> {
        String first = column.notNumbers();
        throw first == null
            ? wrongType(name, "numbers", column.type())
            : new IllegalArgumentException(first);
      }
    };
  }

  /**
   * Returns the values of a column of texts.
   *
   * @param name the name of a column
   * @throws IllegalArgumentException if the column does not exist or does not hold texts
   */
  public List<String> strings(String name) {
    return values(name, ColumnType.TEXT, String.class);
  }

  /**
   * Returns the values of a column of dates without time.
   *
   * @param name the name of a column
   * @throws IllegalArgumentException if the column does not exist or is not of {@link
   *     ColumnType#DATE}
   */
  public List<LocalDate> dates(String name) {
    return values(name, ColumnType.DATE, LocalDate.class);
  }

  /**
   * Returns the values of a column of dates, with time or without.
   *
   * @param name the name of a column
   * @return the values; the start of the day for a date without time
   * @throws IllegalArgumentException if the column does not exist or does not hold dates
   */
  public List<LocalDateTime> dateTimes(String name) {
    return type(name) == ColumnType.DATE
        ? dates(name).stream().map(LocalDate::atStartOfDay).toList()
        : values(name, ColumnType.DATE_TIME, LocalDateTime.class);
  }

  private <T> List<T> values(String name, ColumnType type, Class<T> of) {
    return switch (column(name)) {
      case Column.Values column when column.type() == type ->
          column.values().stream().map(of::cast).toList();
      case Column column -> throw wrongType(name, type.toString(), column.type());
    };
  }

  private IllegalArgumentException wrongType(String name, String expected, ColumnType actual) {
    return new IllegalArgumentException(
        "%scolumn '%s': expected %s, got a column of type %s"
            .formatted(source(), name, expected, actual));
  }

  private Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw noColumn(source(), name, columns());
    }
    return column;
  }

  private String source() {
    return source.isEmpty() ? "" : source + ": ";
  }

  /** Returns the error for a column that does not exist. */
  static IllegalArgumentException noColumn(String source, String name, List<String> columns) {
    return new IllegalArgumentException(
        "%sno column '%s'; the nearest name is '%s'; the columns are %s"
            .formatted(source, name, NearestName.to(name, columns), columns));
  }

  /**
   * Returns a table of some columns, in the given order.
   *
   * @param names at least one column
   * @throws IllegalArgumentException if a column does not exist, or is named twice
   */
  public Table select(String... names) {
    if (names.length == 0) {
      throw new IllegalArgumentException("names: expected at least one column, got none");
    }
    Map<String, Column> chosen = new LinkedHashMap<>();
    for (String name : names) {
      if (chosen.put(name, column(name)) != null) {
        throw new IllegalArgumentException(
            "names: expected different columns, got two '" + name + "'");
      }
    }
    return new Table(source, chosen);
  }

  /**
   * Returns a table of consecutive rows.
   *
   * @param start the first row, at least 0
   * @param end the row after the last, at most {@link #rows}
   * @throws IndexException unless 0 ≤ start ≤ end ≤ rows
   */
  public Table slice(int start, int end) {
    if (start < 0 || end < start || end > rows) {
      throw new IndexException(
          String.format(
              Locale.ROOT,
              "rows: expected 0 <= start <= end <= %d, got %d and %d",
              rows,
              start,
              end));
    }
    return gather(IntStream.range(start, end).toArray());
  }

  /**
   * Returns tables of given fractions of the rows, which are split at random with the default
   * generator. Their sizes are those of {@link Dataset#randomSplit(Dataset, double[])}.
   *
   * <pre>{@code
   * List<Table> parts = table.randomSplit(0.8, 0.1, 0.1); // training, validation, test
   * }</pre>
   *
   * @param fractions the fraction of each table, from 0 to 1; their sum is 1
   * @return the tables, which have no rows in common
   * @throws IllegalArgumentException if a fraction is not from 0 to 1 or the sum is not 1
   */
  public List<Table> randomSplit(double... fractions) {
    return Dataset.randomSplit(toDataset(row -> row), fractions).stream()
        .map(part -> gather(LongStream.of(part.indices()).mapToInt(Math::toIntExact).toArray()))
        .toList();
  }

  /**
   * Returns a dataset of the results of a function of each row, which is called whenever an example
   * is read.
   *
   * <pre>{@code
   * List<String> texts = table.strings("text");
   * Dataset<Tensor> dataset = table.toDataset(row -> tensor(vocabulary.encode(texts.get(row))));
   * }</pre>
   *
   * @param <T> the type of an example
   * @param example called with the index of a row; from several threads if a loader has workers
   */
  public <T> Dataset<T> toDataset(IntFunction<? extends T> example) {
    return Dataset.of(IntStream.range(0, rows).boxed().toList()).map(example::apply);
  }

  /**
   * Returns a table of the rows for which a condition holds.
   *
   * <pre>{@code
   * double[] wind = table.doubles("wind");
   * Table calm = table.filter(row -> wind[row] < 1);
   * }</pre>
   *
   * @param condition called with the index of each row
   */
  public Table filter(IntPredicate condition) {
    return gather(IntStream.range(0, rows).filter(condition).toArray());
  }

  /**
   * Returns a table of the rows of each value of a column.
   *
   * @param column the name of a column of texts
   * @return the tables by value, in the order in which the values first occur
   * @throws IllegalArgumentException if the column does not exist or does not hold texts
   */
  public Map<String, Table> groupBy(String column) {
    List<String> values = strings(column);
    Map<String, List<Integer>> rowsOf = new LinkedHashMap<>();
    for (int row = 0; row < rows; row++) {
      rowsOf.computeIfAbsent(values.get(row), value -> new ArrayList<>()).add(row);
    }
    Map<String, Table> groups = new LinkedHashMap<>();
    rowsOf.forEach(
        (value, group) ->
            groups.put(value, gather(group.stream().mapToInt(Integer::intValue).toArray())));
    return groups;
  }

  private Table gather(int[] indices) {
    Map<String, Column> parts = new LinkedHashMap<>();
    columns.forEach((name, column) -> parts.put(name, column.gather(IntStream.of(indices))));
    return new Table(source, parts);
  }

  /**
   * Returns a table with an added or replaced column of numbers, such as a feature computed from
   * others.
   *
   * @param name the name of the column
   * @param values a number for each row, which are copied
   * @throws IllegalArgumentException if the number of values is not that of the rows
   */
  public Table withColumn(String name, double[] values) {
    return with(name, new Column.Numbers(values.clone()));
  }

  /**
   * Returns a table with an added or replaced column of texts or dates.
   *
   * @param name the name of the column
   * @param values a value for each row, all of one class: String, LocalDate or LocalDateTime
   * @throws IllegalArgumentException if the number of values is not that of the rows, or for values
   *     of other classes or of several
   */
  public Table withColumn(String name, List<?> values) {
    List<Class<?>> classes =
        values.stream().<Class<?>>map(Object::getClass).distinct().collect(Collectors.toList());
    ColumnType type =
        classes.isEmpty() || classes.equals(List.of(String.class))
            ? ColumnType.TEXT
            : classes.equals(List.of(LocalDate.class))
                ? ColumnType.DATE
                : classes.equals(List.of(LocalDateTime.class)) ? ColumnType.DATE_TIME : null;
    if (type == null) {
      throw new IllegalArgumentException(
          "column '%s': expected only String, only LocalDate or only LocalDateTime, got %s"
              .formatted(name, classes.stream().map(Class::getSimpleName).toList()));
    }
    return with(name, new Column.Values(type, values, null));
  }

  private Table with(String name, Column column) {
    checkLength(name, rows, column.rows());
    Map<String, Column> more = new LinkedHashMap<>(columns);
    more.put(Objects.requireNonNull(name, "name"), column);
    return new Table(source, more);
  }

  /**
   * Returns the index of the first row whose date is not before a given one. See {@link
   * #indexOf(String, LocalDateTime)}.
   *
   * @param column the name of a column of dates, with time or without
   * @param date the date, at the start of the day
   */
  public int indexOf(String column, LocalDate date) {
    return indexOf(column, date.atStartOfDay());
  }

  /**
   * Returns the index of the first row whose date is not before a given one, such as the row at
   * which the test part of a series starts.
   *
   * @param column the name of a column of dates, with time or without
   * @param date the date
   * @return the index of the row; the number of rows if all dates are before it
   * @throws IllegalArgumentException if the column does not exist or does not hold dates
   */
  public int indexOf(String column, LocalDateTime date) {
    Objects.requireNonNull(date, "date");
    List<LocalDateTime> dates = dateTimes(column);
    return IntStream.range(0, rows)
        .filter(row -> !dates.get(row).isBefore(date))
        .findFirst()
        .orElse(rows);
  }

  /** Returns the number of rows, and the names and types of the columns. */
  @Override
  public String toString() {
    List<String> descriptions = new ArrayList<>();
    columns.forEach((name, column) -> descriptions.add(name + " " + column.type()));
    return String.format(Locale.ROOT, "Table(%d rows: %s)", rows, String.join(", ", descriptions));
  }
}
