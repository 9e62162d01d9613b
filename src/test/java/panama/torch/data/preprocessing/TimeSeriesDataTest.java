package panama.torch.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Index;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.table.Table;

class TimeSeriesDataTest {
  private static final int ROWS = 40;
  private static final LocalDate START = LocalDate.of(2026, 1, 1);

  /** Columns a, b, c, in which row r is r, 100 + 2 r and r², and the days from the start. */
  private static Table table() {
    Map<String, double[]> columns = new TreeMap<>();
    columns.put("a", IntStream.range(0, ROWS).asDoubleStream().toArray());
    columns.put("b", IntStream.range(0, ROWS).mapToDouble(r -> 100 + 2.0 * r).toArray());
    columns.put("c", IntStream.range(0, ROWS).mapToDouble(r -> (double) r * r).toArray());
    return Table.of(columns)
        .withColumn("day", IntStream.range(0, ROWS).mapToObj(START::plusDays).toList());
  }

  private static TimeSeriesData.Builder builder() {
    return TimeSeriesData.builder(table(), 4, 2)
        .targets("b", "c")
        .validationStart(20)
        .testStart(START.plusDays(30));
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void targetsLieInTheirPartOnly() {
    TimeSeriesData data = builder().scaler(new StandardScaler()).build();
    assertThat(targetRows(data.train())).containsExactly(rows(4, 20));
    assertThat(targetRows(data.validation())).containsExactly(rows(20, 30));
    assertThat(targetRows(data.test())).containsExactly(rows(30, 40));
    assertThat(data.test().targetDate(0, 1)).isEqualTo(START.plusDays(31).atStartOfDay());
    assertThat(data.test().targetDates(1))
        .hasSize((int) data.test().size())
        .startsWith(START.plusDays(31).atStartOfDay());
  }

  private static int[] rows(int start, int end) {
    return IntStream.range(start, end).toArray();
  }

  private static int[] targetRows(TimeSeriesPart part) {
    return IntStream.range(0, (int) part.size())
        .flatMap(i -> IntStream.of((int) part.targetRow(i, 0), (int) part.targetRow(i, 1)))
        .distinct()
        .toArray();
  }

  @Test
  void unscaledTargetsAndLastValuesAreThoseOfTheirRows() {
    TimeSeriesPart test = builder().scaler(new RobustScaler()).build().test();
    assertThat(test.targets().shape().toArray()).containsExactly(9, 2, 2);
    assertThat(test.targets().select(0, 0).toFloatArray()).containsExactly(160, 900, 162, 961);
    assertThat(test.lastValues().shape().toArray()).containsExactly(9, 1, 2);
    assertThat(test.lastValues().select(0, 0).toFloatArray()).containsExactly(158, 841);
    assertThat(test.dataset().get(0).getFirst().shape().toArray()).containsExactly(4, 3);
  }

  @Test
  void withoutScalerTheExamplesAreTheSeries() {
    TimeSeriesData data = builder().build();
    List<Tensor> first = data.validation().dataset().get(0);
    assertThat(first.getFirst().select(1, 0).toFloatArray()).containsExactly(16, 17, 18, 19);
    assertThat(first.get(1).select(1, 0).toFloatArray()).containsExactly(140, 142);
    assertThat(data.scaler()).isNull();
    Tensor forecast = Torch.ones(5, 2, 2);
    assertThat(data.inverseTargets(forecast).toFloatArray())
        .containsExactly(forecast.toFloatArray());
  }

  @Test
  void inverseTargetsReturnsToTheUnitOfTheSeries() {
    for (Scaler scaler : List.of(new StandardScaler(), new MinMaxScaler(), new RobustScaler())) {
      TimeSeriesData data = builder().scaler(scaler).build();
      Tensor back = data.inverseTargets(data.test().dataset().tensors().get(1));
      assertThat(back.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(back.toFloatArray())
          .usingComparatorWithPrecision(1e-3f)
          .containsExactly(data.test().targets().toFloatArray());
    }
  }

  @Test
  void inverseTargetsAcceptsForecastsOfOneTargetWithoutItsDimension() {
    TimeSeriesData data = builder().targets("c").scaler(new MinMaxScaler()).build();
    Tensor scaled = data.test().dataset().tensors().get(1);
    assertThat(data.inverseTargets(scaled.squeeze(2)).shape().toArray()).containsExactly(9, 2);
    assertThat(data.inverseTargets(scaled.squeeze(2)).toFloatArray())
        .containsExactly(data.inverseTargets(scaled).toFloatArray());
    assertRefused(
        () -> data.inverseTargets(Torch.ones(9, 3)),
        "expected shape (N, 2, 1) or (N, 2), got [9, 3]");
    assertRefused(() -> data.inverseTargets(Torch.ones(9, 2, 2)), "got [9, 2, 2]");
    assertRefused(
        () -> builder().build().inverseTargets(Torch.ones(9, 2)), "(N, 2, 2), got [9, 2]");
  }

  @Property(tries = 40)
  void noLaterRowInfluencesTheScalerAndTheTrainingPart(
      @ForAll @IntRange(max = 2) int kind, @ForAll long seed) {
    try (var scope = new TensorScope()) {
      Torch.manualSeed(seed);
      Tensor series = Torch.randn(60, 3);
      Tensor changed = series.clone();
      changed.slice(0, 30, 60).mul_(-1e6).add_(3);
      TimeSeriesData one = split(series, kind);
      TimeSeriesData other = split(changed, kind);
      Map<String, Tensor> state = other.scaler().stateDict();
      one.scaler().stateDict().forEach((name, tensor) -> assertBitEqual(tensor, state.get(name)));
      for (int i = 0; i < 2; i++) {
        assertBitEqual(
            one.train().dataset().tensors().get(i), other.train().dataset().tensors().get(i));
      }
      assertThat(one.test().dataset().tensors().getFirst().toByteArray())
          .isNotEqualTo(other.test().dataset().tensors().getFirst().toByteArray());
    }
  }

  private static TimeSeriesData split(Tensor series, int kind) {
    Scaler scaler = List.of(new StandardScaler(), new MinMaxScaler(), new RobustScaler()).get(kind);
    return TimeSeriesData.builder(series, 5, 2)
        .validationStart(30)
        .testStart(45)
        .scaler(scaler)
        .build();
  }

  private static void assertBitEqual(Tensor one, Tensor other) {
    assertThat(one.toByteArray()).isEqualTo(other.toByteArray());
  }

  @Test
  void theScalerIsFittedToTheTrainingRows() {
    Scaler scaler = builder().scaler(new MinMaxScaler()).build().scaler();
    assertThat(scaler.stateDict().get("data_max_").toDoubleArray()).containsExactly(19, 138, 361);
    assertRefused(() -> builder().scaler(scaler), "has not been fitted, got a fitted MinMaxScaler");
    var fittedLater = new MinMaxScaler();
    var builder = builder().scaler(fittedLater);
    fittedLater.fit(Torch.ones(9, 3));
    assertRefused(builder::build, "has not been fitted");
  }

  @Test
  void fractionsAreOfTheRows() {
    TimeSeriesData data =
        TimeSeriesData.builder(Torch.randn(50, 1), 3, 1).fractions(0.2, 0.1).build();
    assertThat(data.train().size()).isEqualTo(35 - 3);
    assertThat(data.validation().size()).isEqualTo(10);
    assertThat(data.test().size()).isEqualTo(5);
    assertThat(data.test().targetRow(4, 0)).isEqualTo(49);
  }

  @Test
  void aTensorKeepsItsTypeAndATableIsScaledInDoublePrecision() {
    Tensor series = Torch.randn(30, 2).to(DType.FLOAT64);
    TimeSeriesData data =
        TimeSeriesData.builder(series, 3, 1).fractions(0.2, 0.2).targets(1).build();
    assertThat(data.train().dataset().tensors().getFirst().dtype()).isEqualTo(DType.FLOAT64);
    double[] large = IntStream.range(0, 30).mapToDouble(r -> 1e9 + r % 2).toArray();
    Tensor scaled =
        TimeSeriesData.builder(Table.of(Map.of("a", large)), 2, 1)
            .fractions(0.2, 0.2)
            .scaler(new MinMaxScaler())
            .build()
            .train()
            .dataset()
            .get(0)
            .getFirst();
    assertThat(scaled.toFloatArray()).containsExactly(0, 1);
  }

  @Test
  void stridesApart() {
    TimeSeriesPart train = builder().stride(3).build().train();
    assertThat(train.size()).isEqualTo(5);
    assertThat(train.targetRow(4, 0)).isEqualTo(16);
  }

  @Test
  void canBeKept() {
    TimeSeriesData data;
    try (var scope = new TensorScope()) {
      data = scope.keep(builder().scaler(new StandardScaler()).build());
      assertThat(scope.statistics().alive()).isZero();
    }
    assertThat(data.test().targets().size(0)).isEqualTo(9);
    assertThat(data.train().dataset().get(0)).hasSize(2);
  }

  @Test
  void datesMayHaveTimes() {
    Table hours =
        Table.of(Map.of("a", new double[48]))
            .withColumn(
                "at", IntStream.range(0, 48).mapToObj(START.atStartOfDay()::plusHours).toList());
    TimeSeriesData data =
        TimeSeriesData.builder(hours, 2, 1)
            .validationStart(START.plusDays(1))
            .testStart(LocalDateTime.of(2026, 1, 2, 12, 0))
            .build();
    assertThat(data.validation().targetDate(0, 0)).isEqualTo("2026-01-02T00:00");
    assertThat(data.test().targetDate(11, 0)).isEqualTo("2026-01-02T23:00");
  }

  @Test
  void refusesWrongSplits() {
    assertRefused(
        () -> builder().validationStart(5).build(),
        "the training part: expected at least 6 rows for one window, got rows 0 to 5 of 40");
    assertRefused(
        () -> builder().testStart(21).build(), "the validation part: expected at least 2");
    assertRefused(() -> builder().testStart(39).build(), "the test part");
    assertRefused(() -> builder().testStart(START.plusDays(99)).build(), "got rows 40 to 40 of 40");
    assertRefused(() -> builder().testStart(50).build(), "the validation part");
    assertRefused(() -> builder().validationStart(-1).build(), "the training part");
    assertRefused(() -> builder().fractions(0.5, 0.5), "whose sum is below 1, got 0.5 and 0.5");
    assertThatThrownBy(() -> TimeSeriesData.builder(table(), 4, 2).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("validationStart");
  }

  @Test
  void refusesWrongSeries() {
    Tensor series = Torch.ones(20, 2);
    series.set_(Double.NaN, Index.at(17), Index.at(1));
    assertRefused(
        () -> TimeSeriesData.builder(series, 2, 1).fractions(0.2, 0.2).build(),
        "got NaN in row 17, column '1'");
    double[] gap = new double[ROWS];
    gap[3] = Double.NaN;
    assertRefused(
        () ->
            TimeSeriesData.builder(table().withColumn("gap", gap), 2, 1)
                .fractions(0.2, 0.2)
                .build(),
        "got NaN in row 3, column 'gap'");
    assertRefused(
        () -> TimeSeriesData.builder(Torch.ones(20, 2), 20, 1).fractions(0.2, 0.2).build(),
        "lookBack + horizon = 21 rows, got 20");
    assertRefused(
        () -> TimeSeriesData.builder(Torch.ones(20), 2, 1).fractions(0.2, 0.2).build(),
        "unsqueeze(1)");
    assertRefused(() -> TimeSeriesData.builder(Torch.ones(DType.INT64, 20, 1), 2, 1), "int64");
    Table unordered =
        Table.of(Map.of("a", new double[3]))
            .withColumn("day", List.of(START, START.plusDays(2), START.plusDays(1)));
    assertRefused(
        () -> TimeSeriesData.builder(unordered, 1, 1).fractions(0.2, 0.2).build(),
        "row 2, column 'day': expected dates in the order of time");
  }

  @Test
  void refusesUnknownNames() {
    assertRefused(() -> builder().targets("C").build(), "no feature 'C'; the nearest name is 'c'");
    assertRefused(() -> builder().features("a").build(), "no feature 'b'");
    assertRefused(() -> builder().features("aa").build(), "no column 'aa'");
    assertRefused(() -> builder().targets("c", "c").build(), "different features");
    assertRefused(() -> builder().dates("a"), "column 'a': expected DATE_TIME");
    var ofTensor = TimeSeriesData.builder(Torch.ones(20, 2), 2, 1);
    assertThatThrownBy(() -> ofTensor.features("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a tensor has no names");
    assertRefused(
        () -> ofTensor.validationStart(START).testStart(15).build(), "the series has no dates");
    TimeSeriesData data = ofTensor.fractions(0.2, 0.2).build();
    assertThatThrownBy(() -> data.test().targetDate(0, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("dates(...)");
  }
}
