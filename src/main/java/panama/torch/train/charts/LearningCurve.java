package panama.torch.train.charts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import panama.torch.train.History;

/**
 * A chart of losses, and of accuracies on a second axis, over the epochs. Values that are not
 * finite leave a gap.
 *
 * <pre>{@code
 * History history = trainer.fit(trainLoader, validationLoader);
 * new LearningCurve()
 *     .add("training", history.values("loss"))
 *     .add("validation", history.values("validation loss"))
 *     .addAccuracy("accuracy", history.values("accuracy"))
 *     .save(Path.of("learning-curve.png"));
 * }</pre>
 */
public final class LearningCurve {
  private final SeriesList series = new SeriesList();
  private String title = "Learning curve";
  private String yTitle = "Loss";

  /** Creates a chart without series. */
  public LearningCurve() {}

  /**
   * Returns a chart of the losses of a training, and of those of the validation if there was one.
   *
   * @param history the results of the epochs
   */
  public static LearningCurve of(History history) {
    LearningCurve curve = new LearningCurve();
    for (String name : List.of("loss", "validation loss")) {
      if (history.epochs().stream().allMatch(epoch -> epoch.values().containsKey(name))) {
        curve.add(name, history.values(name));
      }
    }
    return curve;
  }

  /**
   * Sets the title. Default: Learning curve.
   *
   * @param title the title
   * @return this chart
   */
  public LearningCurve title(String title) {
    this.title = Objects.requireNonNull(title, "title");
    return this;
  }

  /**
   * Sets the title of the left axis. Default: Loss.
   *
   * @param yTitle the title
   * @return this chart
   */
  public LearningCurve yTitle(String yTitle) {
    this.yTitle = Objects.requireNonNull(yTitle, "yTitle");
    return this;
  }

  /**
   * Adds losses, on the left axis.
   *
   * @param name the name in the legend
   * @param values a number for each epoch, from epoch 1
   * @return this chart
   * @throws IllegalArgumentException if the name is blank or that of another series
   */
  public LearningCurve add(String name, List<? extends Number> values) {
    series.add(name, epochs(values), values, false);
    return this;
  }

  /**
   * Adds accuracies or other scores, on the right axis.
   *
   * @param name the name in the legend
   * @param values a number for each epoch, from epoch 1
   * @return this chart
   * @throws IllegalArgumentException if the name is blank or that of another series
   */
  public LearningCurve addAccuracy(String name, List<? extends Number> values) {
    series.add(name, epochs(values), values, true);
    return this;
  }

  private static List<Double> epochs(List<?> values) {
    return IntStream.rangeClosed(1, values.size()).mapToObj(epoch -> (double) epoch).toList();
  }

  /**
   * Saves the chart as a PNG file.
   *
   * @param png the file
   * @throws IOException if the file cannot be written
   * @throws IllegalStateException without a finite number to draw, or if XChart is missing
   */
  public void save(Path png) throws IOException {
    boolean right = series.all().stream().anyMatch(one -> one.right() && !one.isEmpty());
    XyPlot plot =
        new XyPlot(
                title, "Epoch", yTitle, right ? "Accuracy" : "", false, false, true, series.all())
            .drawable();
    PngFile.save(png, () -> XChartPng.of(plot));
  }
}
