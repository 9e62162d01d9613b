package panama.torch.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcTablesTest {
  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = DriverManager.getConnection("jdbc:h2:mem:");
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          create table sales (
            id bigint, price decimal(9, 2), weight real, sold boolean, sold_on date, sold_at timestamp,
            name varchar(9))
          """);
      statement.execute(
          """
          insert into sales values
            (1, 2.50, 0.5, true, date '2026-01-31', timestamp '2026-01-31 23:59:58', 'größe'),
            (2, 3.75, 1.5, false, date '2026-02-01', timestamp '2026-02-01 00:00:00', 'x')
          """);
    }
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection.close();
  }

  private Table query(String sql, MissingValues missing) throws SQLException {
    try (var statement = connection.createStatement();
        var results = statement.executeQuery(sql)) {
      Table table = JdbcTables.read(results, missing);
      assertThat(results.isClosed()).isFalse();
      return table;
    }
  }

  private Table query(String sql) throws SQLException {
    return query(sql, MissingValues.ERROR);
  }

  @Test
  void readsEveryType() throws SQLException {
    Table table = query("select * from sales order by id");
    assertThat(table)
        .hasToString(
            "Table(2 rows: ID NUMBER, PRICE NUMBER, WEIGHT NUMBER, SOLD NUMBER, SOLD_ON DATE,"
                + " SOLD_AT DATE_TIME, NAME TEXT)");
    assertThat(table.numbers("ID", "PRICE", "WEIGHT", "SOLD").toFloatArray())
        .containsExactly(1, 2.5f, 0.5f, 1, 2, 3.75f, 1.5f, 0);
    assertThat(table.dates("SOLD_ON").getFirst()).isEqualTo("2026-01-31");
    assertThat(table.dateTimes("SOLD_AT").getFirst()).isEqualTo("2026-01-31T23:59:58");
    assertThat(table.strings("NAME")).containsExactly("größe", "x");
  }

  @Test
  void columnsHaveTheLabelsOfTheQuery() throws SQLException {
    assertThat(query("select id as \"Number\", price * 2 as double_price from sales").columns())
        .containsExactly("Number", "DOUBLE_PRICE");
    assertThatThrownBy(() -> query("select id, price as id from sales"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("two 'ID'; rename one with AS");
  }

  @Test
  void anEmptyResultIsATableWithoutRows() throws SQLException {
    Table table = query("select id, name from sales where id > 9");
    assertThat(table.rows()).isZero();
    assertThat(table.numbers("ID").shape().toArray()).containsExactly(0, 1);
  }

  @Test
  void nullIsRefusedOrNaNOrDropsTheRow() throws SQLException {
    String sql = "select id, nullif(price, 3.75) as price from sales order by id";
    assertThatThrownBy(() -> query(sql))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("row 2, column 'PRICE': the value is NULL")
        .hasMessageContaining("MissingValues.NAN");
    assertThat(query(sql, MissingValues.NAN).doubles("PRICE")).containsExactly(2.5, Double.NaN);
    assertThat(query(sql, MissingValues.DROP_ROW).doubles("ID")).containsExactly(1);
    assertThatThrownBy(
            () ->
                query("select nullif(name, 'x') as name from sales order by id", MissingValues.NAN))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("row 2, column 'NAME'")
        .hasMessageContaining("only numbers can be NaN");
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** A result with one column, of a type that only its database knows, or with none. */
  private static ResultSet results(int columns) {
    ResultSetMetaData description =
        proxy(
            ResultSetMetaData.class,
            (self, method, given) ->
                switch (method.getName()) {
                  case "getColumnCount" -> columns;
                  case "getColumnType" -> -101;
                  default -> "zone";
                });
    List<String> rows = new ArrayList<>(List.of("a", "b"));
    return proxy(
        ResultSet.class,
        (self, method, given) ->
            switch (method.getName()) {
              case "getMetaData" -> description;
              case "next" -> !rows.isEmpty();
              case "getString" -> rows.removeFirst();
              default -> false;
            });
  }

  @Test
  void typesThatOnlyADatabaseKnowsAreText() throws SQLException {
    assertThat(JdbcTables.read(results(1)).strings("zone")).containsExactly("a", "b");
  }

  @Test
  void aResultWithoutColumnsIsRefused() {
    assertThatThrownBy(() -> JdbcTables.read(results(0)))
        .isInstanceOf(SQLException.class)
        .hasMessage("results: expected at least one column, got 0");
  }
}
