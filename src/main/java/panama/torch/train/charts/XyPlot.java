package panama.torch.train.charts;

import java.time.Instant;
import java.util.List;

/**
 * The contents of a chart with points (x, y).
 *
 * @param rightTitle the title of the second y axis, empty if there is none
 * @param xLogarithmic whether x has a logarithmic scale
 * @param yLogarithmic whether y has a logarithmic scale, on which numbers up to 0 are gaps
 * @param ticks whether the numbers of the x axis are shown
 */
record XyPlot(
    String title,
    String xTitle,
    String yTitle,
    String rightTitle,
    boolean xLogarithmic,
    boolean yLogarithmic,
    boolean ticks,
    List<Series> series) {
  /** How points are drawn. */
  enum Style {
    LINE,
    POINTS
  }

  /**
   * Points in one colour.
   *
   * @param x Double or {@link Instant}
   * @param y a number for each x; a line has gaps where they are not finite
   * @param right whether y belongs to the second axis
   */
  record Series(String name, List<?> x, List<Double> y, boolean right, Style style) {
    Series {
      if (x.size() != y.size()) {
        throw new IllegalArgumentException(
            name + ": expected as many x as y, got " + x.size() + " and " + y.size());
      }
    }

    boolean isEmpty() {
      return y.stream().noneMatch(Double::isFinite);
    }

    /** Returns the series with NaN in place of numbers that are not above 0. */
    Series positive() {
      return new Series(
          name, x, y.stream().map(value -> value > 0 ? value : Double.NaN).toList(), right, style);
    }
  }

  /** Returns a plot without the series that have nothing to draw. */
  XyPlot drawable() {
    List<Series> drawable =
        series.stream()
            .map(one -> yLogarithmic ? one.positive() : one)
            .filter(one -> !one.isEmpty())
            .toList();
    if (drawable.isEmpty()) {
      throw new IllegalStateException(
          "save: there is nothing to draw; add a series with a finite number"
              + (yLogarithmic ? " above 0" : "")
              + " first");
    }
    return new XyPlot(
        title, xTitle, yTitle, rightTitle, xLogarithmic, yLogarithmic, ticks, drawable);
  }
}
