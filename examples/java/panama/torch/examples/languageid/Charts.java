package panama.torch.examples.languageid;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;

/** Writes the two charts of a training as PNG files. */
final class Charts {
  private Charts() {}

  static void learningCurve(List<Training.Epoch> epochs, Path png) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(600)
            .title("Learning curve")
            .xAxisTitle("Epoch")
            .build();
    chart.setYAxisGroupTitle(0, "Loss");
    chart.setYAxisGroupTitle(1, "Accuracy");
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisGroupPosition(1, YAxisPosition.Right);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
    List<Integer> numbers = IntStream.rangeClosed(1, epochs.size()).boxed().toList();
    chart.addSeries("loss", numbers, epochs.stream().map(Training.Epoch::loss).toList());
    chart
        .addSeries("accuracy", numbers, epochs.stream().map(Training.Epoch::accuracy).toList())
        .setYAxisGroup(1);
    chart
        .addSeries(
            "held-out accuracy",
            numbers,
            epochs.stream().map(Training.Epoch::heldOutAccuracy).toList())
        .setYAxisGroup(1);
    BitmapEncoder.saveBitmap(chart, png.toString(), BitmapFormat.PNG);
  }

  static void confusionMatrix(ConfusionMatrix matrix, List<String> languages, Path png)
      throws IOException {
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(1200)
            .height(1100)
            .title("Held-out texts: language (rows) and predicted language (columns)")
            .build();
    chart.getStyler().setLocale(Locale.ROOT);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setXAxisLabelRotation(90);
    chart.getStyler().setRangeColors(new Color[] {Color.WHITE, new Color(0x1f4e8c)});
    List<Number[]> cells = new ArrayList<>();
    for (int actual = 0; actual < matrix.languages(); actual++) {
      for (int predicted = 0; predicted < matrix.languages(); predicted++) {
        int fromTop = matrix.languages() - 1 - actual;
        cells.add(new Number[] {predicted, fromTop, matrix.count(actual, predicted)});
      }
    }
    chart.addSeries("pieces", languages, languages.reversed(), cells);
    BitmapEncoder.saveBitmap(chart, png.toString(), BitmapFormat.PNG);
  }
}
