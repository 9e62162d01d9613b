package panama.torch.data.preprocessing;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorHolder;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.table.ColumnType;
import panama.torch.data.table.Table;
import panama.torch.internal.Arguments;
import panama.torch.internal.NearestName;

/**
 * A time series that is split into a training, a validation and a test part, scaled, and cut into
 * {@link Windows}.
 *
 * <pre>{@code
 * var data =
 *     TimeSeriesData.builder(table, 24, 1)
 *         .targets("load")
 *         .validationStart(LocalDate.of(2015, 1, 1))
 *         .testStart(LocalDate.of(2016, 1, 1))
 *         .scaler(new StandardScaler())
 *         .build();
 * Tensor forecast = data.inverseTargets(model.forward(x));
 * }</pre>
 *
 * <p>{@link Builder#build} fits the scaler to the rows before the validation part, so that later
 * rows do not influence the training. The targets of a part are rows of that part only; the inputs
 * of the validation and test parts may begin in the rows before it, which are known at that time.
 */
public final class TimeSeriesData implements TensorHolder {
  private final TimeSeriesPart train;
  private final TimeSeriesPart validation;
  private final TimeSeriesPart test;
  private final @Nullable Scaler scaler;
  private final int features;
  private final int[] targets;

  private TimeSeriesData(
      TimeSeriesPart train,
      TimeSeriesPart validation,
      TimeSeriesPart test,
      @Nullable Scaler scaler,
      int features,
      int[] targets) {
    this.train = train;
    this.validation = validation;
    this.test = test;
    this.scaler = scaler;
    this.features = features;
    this.targets = targets;
  }

  /**
   * Returns a builder for a tensor, whose features are named 0, 1, 2 and so on.
   *
   * @param series the series, (T, F), of a floating-point type, which is also that of the examples
   * @param lookBack the number of rows of an input, at least 1
   * @param horizon the number of rows of a target, at least 1
   * @throws IllegalArgumentException for numbers below 1, or a tensor of another type
   */
  public static Builder builder(Tensor series, long lookBack, long horizon) {
    if (!series.dtype().isFloatingPoint()) {
      throw new DTypeException(
          "series: expected a floating-point type, got %s; convert with .to(DType.FLOAT32)"
              .formatted(series.dtype()));
    }
    return new Builder(series, null, lookBack, horizon);
  }

  /**
   * Returns a builder for a table. Its numbers are scaled in FLOAT64; the examples are FLOAT32.
   *
   * @param table the table, in the order of time
   * @param lookBack the number of rows of an input, at least 1
   * @param horizon the number of rows of a target, at least 1
   * @throws IllegalArgumentException for numbers below 1
   */
  public static Builder builder(Table table, long lookBack, long horizon) {
    return new Builder(null, Objects.requireNonNull(table, "table"), lookBack, horizon);
  }

  /** A function that returns the first row of a part. */
  private interface Start {
    long row(List<LocalDateTime> dates, long rows);
  }

  /** The options of a {@link TimeSeriesData}. */
  public static final class Builder {
    private final @Nullable Tensor tensor;
    private final @Nullable Table table;
    private final long lookBack;
    private final long horizon;
    private long stride = 1;
    private List<String> features = List.of();
    private List<String> targets = List.of();
    private @Nullable String dateColumn;
    private @Nullable Start validationStart;
    private @Nullable Start testStart;
    private @Nullable Scaler scaler;

    private Builder(@Nullable Tensor tensor, @Nullable Table table, long lookBack, long horizon) {
      this.tensor = tensor;
      this.table = table;
      this.lookBack = Arguments.positive("lookBack", lookBack);
      this.horizon = Arguments.positive("horizon", horizon);
    }

    /**
     * Sets the number of rows from the start of a window to that of the next. Default: 1.
     *
     * @param stride at least 1
     * @return this builder
     * @throws IllegalArgumentException for a number below 1
     */
    public Builder stride(long stride) {
      this.stride = Arguments.positive("stride", stride);
      return this;
    }

    /**
     * Sets which columns of the table are features. Default: all columns of numbers.
     *
     * @param columns the names of the columns
     * @return this builder
     * @throws IllegalStateException if the series is a tensor
     */
    public Builder features(String... columns) {
      table("features");
      features = List.of(columns);
      return this;
    }

    /**
     * Sets which features are forecast. Default: all.
     *
     * @param features the names of columns that are features
     * @return this builder
     */
    public Builder targets(String... features) {
      targets = List.of(features);
      return this;
    }

    /**
     * Sets which features of a tensor are forecast. Default: all.
     *
     * @param features their columns, from 0
     * @return this builder
     */
    public Builder targets(int... features) {
      return targets(IntStream.of(features).mapToObj(Integer::toString).toArray(String[]::new));
    }

    /**
     * Sets the column of dates of the table. Default: its column of dates, if there is exactly one.
     *
     * @param column the name of the column
     * @return this builder
     * @throws IllegalStateException if the series is a tensor
     * @throws IllegalArgumentException if the column does not exist or does not hold dates
     */
    public Builder dates(String column) {
      table("dates").dateTimes(column);
      dateColumn = column;
      return this;
    }

    /**
     * Sets the first row of the validation part.
     *
     * @param row the index of the row; at least lookBack + horizon rows are before it
     * @return this builder
     */
    public Builder validationStart(long row) {
      validationStart = (dates, rows) -> row;
      return this;
    }

    /**
     * Sets the first date of the validation part.
     *
     * @param date the date, at the start of the day
     * @return this builder
     */
    public Builder validationStart(LocalDate date) {
      return validationStart(date.atStartOfDay());
    }

    /**
     * Sets the first date of the validation part.
     *
     * @param date the date
     * @return this builder
     */
    public Builder validationStart(LocalDateTime date) {
      validationStart = from(Objects.requireNonNull(date, "date"));
      return this;
    }

    /**
     * Sets the first row of the test part.
     *
     * @param row the index of the row; at least horizon rows are from the start of the validation
     *     part to it, and from it to the end
     * @return this builder
     */
    public Builder testStart(long row) {
      testStart = (dates, rows) -> row;
      return this;
    }

    /**
     * Sets the first date of the test part.
     *
     * @param date the date, at the start of the day
     * @return this builder
     */
    public Builder testStart(LocalDate date) {
      return testStart(date.atStartOfDay());
    }

    /**
     * Sets the first date of the test part.
     *
     * @param date the date
     * @return this builder
     */
    public Builder testStart(LocalDateTime date) {
      testStart = from(Objects.requireNonNull(date, "date"));
      return this;
    }

    private static Start from(LocalDateTime date) {
      return (dates, rows) -> {
        if (dates.isEmpty()) {
          throw new IllegalArgumentException(
              "the part that starts at %s: the series has no dates; name their column with dates(...)"
                  .formatted(date));
        }
        return dates.stream().takeWhile(other -> other.isBefore(date)).count();
      };
    }

    /**
     * Sets the sizes of the validation and test parts as fractions of the series, rounded to rows.
     *
     * @param validation the number of rows of the validation part, divided by all rows
     * @param test the number of rows of the test part, which is the last, divided by all rows
     * @return this builder
     * @throws IllegalArgumentException unless both are above 0 and their sum is below 1
     */
    public Builder fractions(double validation, double test) {
      if (!(validation > 0 && test > 0 && validation + test < 1)) {
        throw new IllegalArgumentException(
            "fractions: expected numbers above 0 whose sum is below 1, got "
                + validation
                + " and "
                + test);
      }
      validationStart = (dates, rows) -> rows - Math.round((validation + test) * rows);
      testStart = (dates, rows) -> rows - Math.round(test * rows);
      return this;
    }

    /**
     * Sets the scaler, which {@link #build} fits to the training rows. Default: none.
     *
     * @param scaler a scaler that has not been fitted
     * @return this builder
     * @throws IllegalArgumentException for a scaler that has been fitted, perhaps to rows of the
     *     later parts
     */
    public Builder scaler(Scaler scaler) {
      checkNotFitted(scaler);
      this.scaler = scaler;
      return this;
    }

    private static void checkNotFitted(Scaler scaler) {
      if (scaler.isFitted()) {
        throw new IllegalArgumentException(
            "scaler: expected one that has not been fitted, got a fitted %s; pass a new one, which"
                    .formatted(scaler.getClass().getSimpleName())
                + " is fitted to the training rows");
      }
    }

    private Table table(String option) {
      if (table == null) {
        throw new IllegalStateException(
            option + ": a tensor has no names and dates; pass a Table instead");
      }
      return table;
    }

    /**
     * Returns the parts of the series, after fitting the scaler to the rows of the training part.
     *
     * @throws IllegalArgumentException if the series is not (T, F), has NaN or infinite numbers,
     *     has dates out of order, or is shorter than a window; if a part is too short for a window;
     *     if a feature or target does not exist or is named twice; if the start of a part is a date
     *     and the series has no column of dates, or several and none is set; or if the scaler has
     *     been fitted
     * @throws IllegalStateException if the start of a part has not been set
     */
    public TimeSeriesData build() {
      if (validationStart == null || testStart == null) {
        throw new IllegalStateException(
            "build: set where the parts start with validationStart and testStart, or fractions");
      }
      try (TensorScope scope = new TensorScope()) {
        List<String> names = names();
        Tensor series = series(names);
        Windows.checkSeries(series, lookBack, horizon);
        checkFinite(series, names);
        List<LocalDateTime> dates = dates();
        long rows = series.size(0);
        long validation = validationStart.row(dates, rows);
        long test = testStart.row(dates, rows);
        checkParts(validation, test, rows);
        int[] columns = targets.isEmpty() ? all(names) : columns(names);
        Tensor scaled = series;
        if (scaler != null) {
          checkNotFitted(scaler);
          scaled = scaler.fit(series.slice(0, 0, validation)).transform(series);
        }
        DType dtype = tensor == null ? DType.FLOAT32 : tensor.dtype();
        Cut cut = new Cut(this, scaled.to(dtype), series.to(dtype), columns, dates);
        return scope.keep(
            new TimeSeriesData(
                cut.part(0, validation),
                cut.part(validation - lookBack, test),
                cut.part(test - lookBack, rows),
                scaler,
                names.size(),
                columns));
      }
    }

    private List<String> names() {
      if (tensor != null) {
        return IntStream.range(0, tensor.dim() < 2 ? 0 : (int) tensor.size(1))
            .mapToObj(Integer::toString)
            .toList();
      }
      Table source = table("features");
      return features.isEmpty() ? columns(source, ColumnType.NUMBER) : features;
    }

    private static List<String> columns(Table table, ColumnType... types) {
      return table.columns().stream()
          .filter(name -> Arrays.asList(types).contains(table.type(name)))
          .toList();
    }

    private Tensor series(List<String> names) {
      return tensor != null
          ? tensor.detach()
          : table("features").numbers(DType.FLOAT64, names.toArray(String[]::new));
    }

    private static void checkFinite(Tensor series, List<String> names) {
      Tensor wrong = series.isfinite().logicalNot().nonzero();
      if (wrong.size(0) > 0) {
        long[] first = wrong.select(0, 0).toLongArray();
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "series: expected finite numbers, got %s in row %d, column '%s'; fill or drop"
                    + " missing values first",
                series.get(first[0], first[1]).item(),
                first[0],
                names.get((int) first[1])));
      }
    }

    /** Returns the dates of all rows; none if there are no dates, or several columns of them. */
    private List<LocalDateTime> dates() {
      if (table == null) {
        return List.of();
      }
      List<String> columns =
          dateColumn != null
              ? List.of(dateColumn)
              : columns(table, ColumnType.DATE, ColumnType.DATE_TIME);
      if (columns.size() != 1) {
        return List.of();
      }
      List<LocalDateTime> dates = table.dateTimes(columns.getFirst());
      for (int row = 1; row < dates.size(); row++) {
        if (dates.get(row).isBefore(dates.get(row - 1))) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "row %d, column '%s': expected dates in the order of time, got %s after %s",
                  row,
                  columns.getFirst(),
                  dates.get(row),
                  dates.get(row - 1)));
        }
      }
      return dates;
    }

    private void checkParts(long validation, long test, long rows) {
      checkPart("training", 0, validation, lookBack + horizon, rows);
      checkPart("validation", validation, test, horizon, rows);
      checkPart("test", test, rows, horizon, rows);
    }

    private static void checkPart(String name, long start, long end, long needed, long rows) {
      if (start < 0 || end > rows || end - start < needed) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the %s part: expected at least %d rows for one window, got rows %d to %d of %d;"
                    + " move where the parts start",
                name,
                needed,
                start,
                end,
                rows));
      }
    }

    private static int[] all(List<String> names) {
      return IntStream.range(0, names.size()).toArray();
    }

    private int[] columns(List<String> names) {
      return targets.stream()
          .mapToInt(
              target -> {
                int column = names.indexOf(target);
                if (column < 0) {
                  throw new IllegalArgumentException(
                      "targets: no feature '%s'; the nearest name is '%s'; the features are %s"
                          .formatted(target, NearestName.to(target, names), names));
                }
                return column;
              })
          .toArray();
    }
  }

  /** The whole series, from which parts are cut. */
  private record Cut(
      Builder options, Tensor scaled, Tensor unscaled, int[] targets, List<LocalDateTime> dates) {
    TimeSeriesPart part(long start, long end) {
      return new TimeSeriesPart(
          windows(scaled.slice(0, start, end)),
          windows(unscaled.slice(0, start, end)),
          start,
          dates);
    }

    private Windows windows(Tensor rows) {
      return Windows.builder(rows, options.lookBack, options.horizon)
          .stride(options.stride)
          .targets(targets)
          .build();
    }
  }

  /** Returns the training part: all its rows are before the validation part. */
  public TimeSeriesPart train() {
    return train;
  }

  /** Returns the validation part: its targets are before the test part. */
  public TimeSeriesPart validation() {
    return validation;
  }

  /** Returns the test part: its targets are the last rows. */
  public TimeSeriesPart test() {
    return test;
  }

  /**
   * Returns the scaler, fitted to the training rows, whose state is saved with the model; null if
   * there is none.
   */
  public @Nullable Scaler scaler() {
    return scaler;
  }

  /**
   * Returns forecasts in the unit of the series: the inverse of the scaling of the targets.
   *
   * @param scaled forecasts (N, horizon, targets), or (N, horizon) for one target
   * @return a new tensor of the same shape
   * @throws ShapeException for another shape
   */
  public Tensor inverseTargets(Tensor scaled) {
    boolean single = scaled.dim() == 2 && targets.length == 1;
    long horizon = train.targets().size(1);
    if (scaled.dim() != (single ? 2 : 3)
        || scaled.size(1) != horizon
        || (!single && scaled.size(2) != targets.length)) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "scaled: expected shape (N, %d, %d)%s, got %s",
              horizon,
              targets.length,
              targets.length == 1 ? " or (N, " + horizon + ")" : "",
              scaled.shape()));
    }
    if (scaler == null) {
      return scaled.clone();
    }
    try (TensorScope scope = new TensorScope()) {
      // A scaler converts all features; those that are no targets are 0, and not used.
      Tensor forecasts = single ? scaled.unsqueeze(2) : scaled;
      Tensor columns = Torch.tensor(targets, DType.INT64).to(scaled.device());
      Tensor all =
          Torch.zeros(
                  new long[] {scaled.size(0), horizon, features},
                  new TensorOptions(scaled.dtype(), scaled.device(), false))
              .indexCopy(2, columns, forecasts);
      Tensor result = scaler.inverseTransform(all).indexSelect(2, columns);
      return scope.keep(single ? result.squeeze(2) : result);
    }
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    train.forEachTensor(action);
    validation.forEachTensor(action);
    test.forEachTensor(action);
  }
}
