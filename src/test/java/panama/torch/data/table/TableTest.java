package panama.torch.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.IndexException;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.Dataset;

class TableTest {
  private static final List<LocalDate> DAYS =
      List.of(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 3), LocalDate.of(2026, 1, 7));

  private static Table table() {
    Map<String, double[]> columns = new LinkedHashMap<>();
    columns.put("b", new double[] {1, 2, 3});
    columns.put("a", new double[] {0.5, Double.NaN, 1.5});
    return Table.of(columns).withColumn("day", DAYS).withColumn("name", List.of("x", "y", "z"));
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void hasNamedColumns() {
    assertThat(table().rows()).isEqualTo(3);
    assertThat(table().columns()).containsExactly("b", "a", "day", "name");
    assertThat(table().doubles("a")).containsExactly(0.5, Double.NaN, 1.5);
    assertThat(table().strings("name")).containsExactly("x", "y", "z");
    assertThat(table().dates("day")).isEqualTo(DAYS);
    assertThat(table().dateTimes("day").get(1)).isEqualTo("2026-01-03T00:00");
    assertThat(table().type("day")).isEqualTo(ColumnType.DATE);
    assertThat(table()).hasToString("Table(3 rows: b NUMBER, a NUMBER, day DATE, name TEXT)");
  }

  @Test
  void numbersAreATensor() {
    try (var scope = new TensorScope()) {
      var all = table().numbers();
      assertThat(scope.statistics().alive()).isEqualTo(1);
      assertThat(all.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(all.shape().toArray()).containsExactly(3, 2);
      assertThat(all.toFloatArray()).containsExactly(1, 0.5f, 2, Float.NaN, 3, 1.5f);
      assertThat(table().numbers(DType.INT64, "b", "b").toLongArray())
          .containsExactly(1, 1, 2, 2, 3, 3);
    }
    assertRefused(
        () -> table().numbers("b", "name"),
        "column 'name': expected numbers, got a column of type TEXT");
    assertRefused(() -> table().select("day").numbers(), "expected a column of numbers");
  }

  @Test
  void isImmutable() {
    double[] given = {1, 2, 3};
    Table table = table().withColumn("c", given);
    given[0] = 9;
    table.doubles("c")[1] = 9;
    assertThat(table.doubles("c")).containsExactly(1, 2, 3);
    assertThat(table().columns()).doesNotContain("c");
    assertThat(table.withColumn("c", new double[3]).columns()).hasSize(5);
  }

  @Test
  void selectsColumnsAndRows() {
    assertThat(table().select("name", "b").columns()).containsExactly("name", "b");
    Table slice = table().slice(1, 3);
    assertThat(slice.doubles("b")).containsExactly(2, 3);
    assertThat(slice.strings("name")).containsExactly("y", "z");
    assertThat(table().slice(1, 1).rows()).isZero();
    Table filtered = table().filter(row -> row != 1);
    assertThat(filtered.dates("day")).containsExactly(DAYS.get(0), DAYS.get(2));
    assertThat(filtered.doubles("a")).containsExactly(0.5, 1.5);
    assertThatThrownBy(() -> table().slice(2, 4))
        .isInstanceOf(IndexException.class)
        .hasMessage("rows: expected 0 <= start <= end <= 3, got 2 and 4");
    assertRefused(() -> table().select("b", "b"), "two 'b'");
    assertRefused(table()::select, "at least one");
  }

  @Test
  void randomSplitsHaveAllRowsOnceAndTheOrderOfPyTorch() {
    double[] numbers = IntStream.range(0, 10).mapToDouble(i -> i).toArray();
    Table table = Table.of(Map.of("x", numbers));
    Torch.manualSeed(0);
    List<Table> parts = table.randomSplit(0.75, 0.25);
    Torch.manualSeed(0);
    double[] order = Torch.randperm(10).to(DType.FLOAT64).toDoubleArray();
    assertThat(parts.get(0).doubles("x")).containsExactly(Arrays.copyOf(order, 8));
    assertThat(parts.get(1).doubles("x")).containsExactly(Arrays.copyOfRange(order, 8, 10));
    assertRefused(() -> table.randomSplit(0.5, 0.6), "fractions: expected the sum 1");
  }

  @Test
  void aDatasetCallsItsFunctionForEachRow() {
    double[] b = table().doubles("b");
    Dataset<Double> dataset = table().toDataset(row -> 10 * b[row]);
    assertThat(dataset.getItems(2, 0)).containsExactly(30.0, 10.0);
    assertThat(dataset.size()).isEqualTo(3);
  }

  @Test
  void groupsRowsByTheValuesOfAColumn() {
    Map<String, Table> groups = table().withColumn("kind", List.of("z", "a", "z")).groupBy("kind");
    assertThat(groups).containsOnlyKeys("z", "a");
    assertThat(groups.keySet()).as("order of the rows").containsExactly("z", "a");
    assertThat(groups.get("z").doubles("b")).containsExactly(1, 3);
    assertThat(groups.get("a").dates("day")).containsExactly(DAYS.get(1));
    assertRefused(() -> table().groupBy("b"), "column 'b': expected TEXT");
    assertRefused(() -> table().groupBy("c"), "no column 'c'");
  }

  @Test
  void findsTheFirstRowNotBeforeADate() {
    assertThat(table().indexOf("day", LocalDate.of(2025, 1, 1))).isZero();
    assertThat(table().indexOf("day", DAYS.get(1))).isEqualTo(1);
    assertThat(table().indexOf("day", LocalDate.of(2026, 1, 4))).isEqualTo(2);
    assertThat(table().indexOf("day", LocalDateTime.of(2026, 1, 3, 0, 1))).isEqualTo(2);
    assertThat(table().indexOf("day", LocalDate.of(2026, 1, 8))).isEqualTo(3);
    assertRefused(
        () -> table().indexOf("b", DAYS.get(0)), "expected DATE_TIME, got a column of type NUMBER");
  }

  @Test
  void refusesWrongColumns() {
    assertRefused(
        () -> table().doubles("B"),
        "no column 'B'; the nearest name is 'b'; the columns are [b, a, day, name]");
    assertRefused(() -> table().strings("nam"), "the nearest name is 'name'");
    assertRefused(
        () -> Table.of(Map.of("TEMP", new double[1], "tip", new double[1])).doubles("temp"),
        "the nearest name is 'TEMP'");
    assertRefused(() -> table().strings("b"), "expected TEXT, got a column of type NUMBER");
    assertRefused(() -> table().dates("b"), "expected DATE");
    assertRefused(
        () -> table().withColumn("c", new double[2]), "column 'c': expected 3 rows, got 2");
    assertRefused(() -> table().withColumn("c", List.of("x", 1, "z")), "got [String, Integer]");
    assertRefused(() -> Table.of(Map.of()), "at least one");
    Map<String, double[]> ragged = new LinkedHashMap<>();
    ragged.put("a", new double[2]);
    ragged.put("b", new double[3]);
    assertRefused(() -> Table.of(ragged), "column 'b': expected 2 rows, got 3");
  }
}
