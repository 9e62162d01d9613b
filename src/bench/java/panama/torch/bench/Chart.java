package panama.torch.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws how many times as long as this library each peer takes. */
final class Chart {
  private Chart() {}

  /** Saves a PNG with a column of points for each row that this library has computed. */
  static void save(Path png, String title, List<Row> rows, Results results) throws IOException {
    List<Row> shown = rows.stream().filter(row -> results.has(row, Peer.FUSED)).toList();
    if (shown.isEmpty()) {
      return;
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(1600)
            .height(700)
            .title(title)
            .yAxisTitle("time / time of panama-torch FUSED")
            .build();
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setXAxisLabelRotation(30);
    for (Peer peer : Peer.values()) {
      List<@Nullable Double> ratios = new ArrayList<>();
      for (Row row : shown) {
        OptionalDouble ratio = results.ratio(row, peer, row, Peer.FUSED);
        ratios.add(ratio.isPresent() ? ratio.getAsDouble() : null);
      }
      if (ratios.stream().anyMatch(Objects::nonNull)) {
        chart.addSeries(peer.title, shown.stream().map(Row::label).toList(), ratios);
      }
    }
    BitmapEncoder.saveBitmap(chart, png.toString(), BitmapFormat.PNG);
  }
}
