package panama.torch.train.charts;

import java.awt.Color;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The drawing with XChart. No other class uses it, so that the others load without it. */
final class XChartPng {
  /** Points of a longer line are not marked. */
  private static final int MOST_MARKED = 60;

  /** Counts of more classes are not shown, since they do not fit into their cells. */
  private static final int MOST_COUNTS = 30;

  private XChartPng() {}

  static byte[] of(XyPlot plot) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(600)
            .title(plot.title())
            .xAxisTitle(plot.xTitle())
            .yAxisTitle(plot.yTitle())
            .build();
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setTimezone(TimeZone.getTimeZone("UTC"));
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    chart.getStyler().setXAxisLogarithmic(plot.xLogarithmic());
    chart.getStyler().setYAxisLogarithmic(plot.yLogarithmic());
    if (!plot.rightTitle().isEmpty()) {
      chart.setYAxisGroupTitle(0, plot.yTitle());
      chart.setYAxisGroupTitle(1, plot.rightTitle());
      chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
    }
    chart.getStyler().setXAxisTicksVisible(plot.ticks());
    for (XyPlot.Series series : plot.series()) {
      add(chart, series);
    }
    return BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG);
  }

  private static void add(XYChart chart, XyPlot.Series series) {
    List<Double> y =
        series.y().stream().map(value -> Double.isFinite(value) ? value : Double.NaN).toList();
    XYSeries added = chart.addSeries(visible(series.name()), dated(series.x()), y);
    added.setYAxisGroup(series.right() ? 1 : 0);
    if (series.style() == XyPlot.Style.POINTS) {
      added.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    } else if (y.size() > MOST_MARKED) {
      added.setMarker(SeriesMarkers.NONE);
    }
  }

  /** Returns a text that XChart can draw: it refuses to draw an empty one. */
  private static String visible(String name) {
    return name.isEmpty() ? "(empty)" : name;
  }

  @SuppressWarnings("JavaUtilDate") // the class of dates in XChart
  private static List<?> dated(List<?> x) {
    List<Object> dated = new ArrayList<>();
    for (Object value : x) {
      dated.add(value instanceof Instant instant ? Date.from(instant) : value);
    }
    return dated;
  }

  static byte[] of(String title, List<String> classes, long[][] counts) throws IOException {
    int size = classes.size();
    int side = Math.clamp(400 + 25L * size, 600, 2000);
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(side + 100)
            .height(side)
            .title(title)
            .xAxisTitle("predicted")
            .yAxisTitle("actual")
            .build();
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setXAxisLabelRotation(90);
    chart.getStyler().setRangeColors(new Color[] {Color.WHITE, new Color(0x6aa2e0)});
    chart.getStyler().setShowValue(size <= MOST_COUNTS);
    chart.getStyler().setHeatMapValueDecimalPattern("0");
    List<Number[]> cells = new ArrayList<>();
    for (int actual = 0; actual < size; actual++) {
      for (int predicted = 0; predicted < size; predicted++) {
        cells.add(new Number[] {predicted, size - 1 - actual, counts[actual][predicted]});
      }
    }
    List<String> names = classes.stream().map(XChartPng::visible).toList();
    chart.addSeries("elements", names, names.reversed(), cells);
    return BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG);
  }
}
