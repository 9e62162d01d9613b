package panama.torch.train.charts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.Temporal;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * A chart of several lines over numbers or dates, such as a time series and its forecast. Values
 * that are not finite leave a gap.
 *
 * <pre>{@code
 * new LineChart("Temperature")
 *     .yTitle("°C")
 *     .addDates("measured", dates, measured)
 *     .addDates("forecast", dates, forecasts)
 *     .save(Path.of("forecast.png"));
 * }</pre>
 */
public final class LineChart {
  private final String title;
  private final SeriesList series = new SeriesList();
  private String xTitle = "";
  private String yTitle = "";
  private boolean logScale;

  /**
   * Creates a chart without lines.
   *
   * @param title the title
   */
  public LineChart(String title) {
    this.title = Objects.requireNonNull(title, "title");
  }

  /**
   * Sets the title of the x axis. Default: none.
   *
   * @param xTitle the title
   * @return this chart
   */
  public LineChart xTitle(String xTitle) {
    this.xTitle = Objects.requireNonNull(xTitle, "xTitle");
    return this;
  }

  /**
   * Sets the title of the y axis. Default: none.
   *
   * @param yTitle the title
   * @return this chart
   */
  public LineChart yTitle(String yTitle) {
    this.yTitle = Objects.requireNonNull(yTitle, "yTitle");
    return this;
  }

  /**
   * Sets the scale of the y axis to a logarithmic one, on which values that are not above 0 leave a
   * gap. Default: a linear scale.
   *
   * @return this chart
   */
  public LineChart logScale() {
    logScale = true;
    return this;
  }

  /**
   * Adds a line over numbers.
   *
   * @param name the name in the legend
   * @param x finite numbers, ascending
   * @param y a number for each x
   * @return this chart
   * @throws IllegalArgumentException if the name is blank or that of another line, if another line
   *     is over dates, if there are not as many x as y, or for an x that is not finite
   */
  public LineChart add(String name, List<? extends Number> x, List<? extends Number> y) {
    List<Double> numbers = x.stream().map(Number::doubleValue).toList();
    for (double number : numbers) {
      if (!Double.isFinite(number)) {
        throw new IllegalArgumentException(name + ": expected finite x, got " + number);
      }
    }
    series.add(name, numbers, y, false);
    return this;
  }

  /**
   * Adds a line over dates, which are shown in UTC.
   *
   * @param name the name in the legend
   * @param x ascending: LocalDate, LocalDateTime, Instant, ZonedDateTime or OffsetDateTime
   * @param y a number for each x
   * @return this chart
   * @throws IllegalArgumentException if the name is blank or that of another line, if another line
   *     is over numbers, if there are not as many x as y, or for other classes of dates
   */
  public LineChart addDates(String name, List<? extends Temporal> x, List<? extends Number> y) {
    series.add(
        name, x.stream().map(date -> drawable(name, instant(name, date))).toList(), y, false);
    return this;
  }

  /**
   * Adds a line over dates, which are shown in UTC.
   *
   * @param name the name in the legend
   * @param x ascending: LocalDate, LocalDateTime, Instant, ZonedDateTime or OffsetDateTime
   * @param y a tensor of any shape with an element for each x
   * @return this chart
   * @throws IllegalArgumentException if the name is blank or that of another line, if another line
   *     is over numbers, if there are not as many x as y, or for other classes of dates
   */
  public LineChart addDates(String name, List<? extends Temporal> x, Tensor y) {
    try (TensorScope scope = new TensorScope()) {
      double[] numbers = y.detach().to(DType.FLOAT64).flatten().toDoubleArray();
      return addDates(name, x, DoubleStream.of(numbers).boxed().toList());
    }
  }

  /** Returns an instant of which the milliseconds since 1970, which XChart needs, are a long. */
  private static Instant drawable(String name, Instant instant) {
    try {
      long ignored = instant.toEpochMilli();
      return instant;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          name + ": expected dates less than 292 million years from 1970, got " + instant, e);
    }
  }

  private static Instant instant(String name, Temporal date) {
    return switch (date) {
      case LocalDate day -> day.atStartOfDay().toInstant(ZoneOffset.UTC);
      case LocalDateTime time -> time.toInstant(ZoneOffset.UTC);
      case Instant instant -> instant;
      case ZonedDateTime time -> time.toInstant();
      case OffsetDateTime time -> time.toInstant();
      default ->
          throw new IllegalArgumentException(
              name
                  + ": expected LocalDate, LocalDateTime, Instant, ZonedDateTime or OffsetDateTime,"
                  + " got "
                  + date.getClass().getSimpleName());
    };
  }

  /**
   * Saves the chart as a PNG file.
   *
   * @param png the file
   * @throws IOException if the file cannot be written
   * @throws IllegalStateException without a finite number to draw, which is above 0 on a
   *     logarithmic scale, or if XChart is missing
   */
  public void save(Path png) throws IOException {
    XyPlot plot =
        new XyPlot(title, xTitle, yTitle, "", false, logScale, true, series.all()).drawable();
    PngFile.save(png, () -> XChartPng.of(plot));
  }
}
