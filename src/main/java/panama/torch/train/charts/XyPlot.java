package panama.torch.train.charts;

import java.time.Instant;
import java.util.List;

/**
 * The contents of a chart with points (x, y).
 *
 * @param rightTitle the title of the second y axis, empty if there is none
 * @param logarithmic whether x has a logarithmic scale
 * @param ticks whether the numbers of the x axis are shown
 */
record XyPlot(
    String title,
    String xTitle,
    String yTitle,
    String rightTitle,
    boolean logarithmic,
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
  }

  /** Returns a plot without the series that have nothing to draw. */
  XyPlot drawable() {
    List<Series> drawable = series.stream().filter(one -> !one.isEmpty()).toList();
    if (drawable.isEmpty()) {
      throw new IllegalStateException(
          "save: there is nothing to draw; add a series with a finite number first");
    }
    return new XyPlot(title, xTitle, yTitle, rightTitle, logarithmic, ticks, drawable);
  }
}
