package panama.torch.data.table;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the results of database queries through JDBC.
 *
 * <pre>{@code
 * try (var statement = connection.createStatement();
 *     var results = statement.executeQuery("select sold_on, demand from sales order by sold_on")) {
 *   Table sales = JdbcTables.read(results);
 * }
 * }</pre>
 *
 * <p>Columns of numbers become {@link ColumnType#NUMBER}, with the precision of a double, and so do
 * those of booleans, as 0 and 1; columns of type DATE become {@link ColumnType#DATE}, those of type
 * TIMESTAMP {@link ColumnType#DATE_TIME}, and all others {@link ColumnType#TEXT}.
 */
public final class JdbcTables {
  private JdbcTables() {}

  /**
   * Returns a table of all remaining rows of a result, none of which may have a NULL. The result is
   * not closed.
   *
   * @param results the result of a query; the table has the labels of its columns
   * @throws SQLException if the database cannot be read, a value is NULL, or two columns have the
   *     same label
   */
  public static Table read(ResultSet results) throws SQLException {
    return read(results, MissingValues.ERROR);
  }

  /**
   * Returns a table of all remaining rows of a result. The result is not closed.
   *
   * @param results the result of a query; the table has the labels of its columns
   * @param missing how a NULL is handled
   * @throws SQLException if the database cannot be read, a value is NULL that {@code missing} does
   *     not allow, or two columns have the same label
   */
  public static Table read(ResultSet results, MissingValues missing) throws SQLException {
    Objects.requireNonNull(missing, "missing");
    ResultSetMetaData description = results.getMetaData();
    int count = description.getColumnCount();
    if (count < 1) {
      throw new SQLDataException("results: expected at least one column, got " + count);
    }
    List<Integer> types = new ArrayList<>();
    Map<String, Column.Builder> builders = new LinkedHashMap<>();
    for (int column = 1; column <= count; column++) {
      int type = description.getColumnType(column);
      types.add(type);
      String label = description.getColumnLabel(column);
      if (builders.put(label, new Column.Builder(columnType(type), null)) != null) {
        throw new SQLDataException(
            "expected different labels of columns, got two '%s'; rename one with AS"
                .formatted(label));
      }
    }
    List<String> labels = List.copyOf(builders.keySet());
    List<Column.Builder> columns = List.copyOf(builders.values());
    for (long row = 1; results.next(); row++) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        Object value = value(results, i + 1, types.get(i));
        if (value != null) {
          values.add(value);
        } else if (missing == MissingValues.NAN && columns.get(i).type() == ColumnType.NUMBER) {
          values.add(Double.NaN);
        } else if (missing == MissingValues.DROP_ROW) {
          break;
        } else {
          throw refused(row, labels.get(i), columns.get(i).type());
        }
      }
      if (values.size() == columns.size()) {
        for (int i = 0; i < columns.size(); i++) {
          columns.get(i).add(values.get(i));
        }
      }
    }
    Map<String, Column> table = new LinkedHashMap<>();
    builders.forEach((label, builder) -> table.put(label, builder.build()));
    return new Table("", table);
  }

  private static SQLDataException refused(long row, String column, ColumnType type) {
    return new SQLDataException(
        String.format(
            Locale.ROOT,
            "row %d, column '%s': the value is NULL; %s, or COALESCE in the query",
            row,
            column,
            type == ColumnType.NUMBER
                ? "use MissingValues.NAN or DROP_ROW"
                : "only numbers can be NaN; use MissingValues.DROP_ROW"));
  }

  /** Returns the type for one of {@link Types}, or for one that only the database knows. */
  private static ColumnType columnType(int type) {
    return switch (type) {
      case Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.REAL,
          Types.FLOAT,
          Types.DOUBLE,
          Types.NUMERIC,
          Types.DECIMAL,
          Types.BIT,
          Types.BOOLEAN ->
          ColumnType.NUMBER;
      case Types.DATE -> ColumnType.DATE;
      case Types.TIMESTAMP -> ColumnType.DATE_TIME;
      default -> ColumnType.TEXT;
    };
  }

  /** Returns a value of the class of its column; null for NULL. */
  private static @Nullable Object value(ResultSet results, int column, int type)
      throws SQLException {
    Object value =
        switch (columnType(type)) {
          case NUMBER ->
              type == Types.BIT || type == Types.BOOLEAN
                  ? (results.getBoolean(column) ? 1.0 : 0.0)
                  : results.getDouble(column);
          case DATE -> results.getObject(column, LocalDate.class);
          case DATE_TIME -> results.getObject(column, LocalDateTime.class);
          case TEXT -> results.getString(column);
        };
    return results.wasNull() ? null : value;
  }
}
