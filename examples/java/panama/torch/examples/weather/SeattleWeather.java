package panama.torch.examples.weather;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import panama.torch.data.preprocessing.StandardScaler;
import panama.torch.data.preprocessing.TimeSeriesData;
import panama.torch.data.table.Csv;
import panama.torch.data.table.Table;

/**
 * The daily weather in Seattle from 2012 to 2015: 30 days as the input of a network, and the
 * maximum temperatures of the 7 days after them as its target. The last year is the test.
 *
 * @param table the measurements
 * @param data the scaled parts
 */
record SeattleWeather(Table table, TimeSeriesData data) {
  static final int FEATURES = 6;
  static final int DAYS = 7;

  private static final String TARGET = "temp_max";
  private static final LocalDate TEST = LocalDate.of(2015, 1, 1);

  /** Reads the table, and adds the phase of the year, so that January follows December. */
  static SeattleWeather load() throws IOException {
    Table table = Csv.read(Path.of("examples/data/seattle-weather.csv"));
    double[] phase =
        table.dates("date").stream()
            .mapToDouble(date -> 2 * Math.PI * date.getDayOfYear() / 365.25)
            .toArray();
    table =
        table
            .withColumn("sin", Arrays.stream(phase).map(Math::sin).toArray())
            .withColumn("cos", Arrays.stream(phase).map(Math::cos).toArray());
    return new SeattleWeather(
        table,
        TimeSeriesData.builder(table, 30, DAYS)
            .dates("date")
            .features(TARGET, "temp_min", "precipitation", "wind", "sin", "cos")
            .targets(TARGET)
            .validationStart(LocalDate.of(2014, 7, 1))
            .testStart(TEST)
            .scaler(new StandardScaler())
            .build());
  }

  /** Returns the mean of the years before the test, 7 days around the day of the year. */
  double season(LocalDate day) {
    double[] temperatures = table.doubles(TARGET);
    List<LocalDate> dates = table.dates("date");
    return IntStream.range(0, table.indexOf("date", TEST))
        .filter(
            row -> {
              int days = Math.abs(dates.get(row).getDayOfYear() - day.getDayOfYear());
              return Math.min(days, 365 - days) <= 7;
            })
        .mapToDouble(row -> temperatures[row])
        .average()
        .orElseThrow();
  }
}
