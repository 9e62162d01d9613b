package panama.torch.train.charts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import panama.torch.train.metrics.ConfusionMatrix;

/**
 * A chart of a confusion matrix in colours, with the counts if there are at most 30 classes.
 *
 * <pre>{@code
 * var matrix = new ConfusionMatrix(List.of("cat", "dog"));
 * matrix.update(logits, targets);
 * new ConfusionMatrixChart(matrix).save(Path.of("confusion-matrix.png"));
 * }</pre>
 */
public final class ConfusionMatrixChart {
  private static final int MOST_CLASSES = 500;

  private final ConfusionMatrix matrix;
  private String title = "Confusion matrix";

  /**
   * Creates a chart.
   *
   * @param matrix the matrix, of at most 500 classes
   * @throws IllegalArgumentException for more classes
   */
  public ConfusionMatrixChart(ConfusionMatrix matrix) {
    if (matrix.classes().size() > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "matrix: expected at most " + MOST_CLASSES + " classes, got " + matrix.classes().size());
    }
    this.matrix = matrix;
  }

  /**
   * Sets the title. Default: Confusion matrix.
   *
   * @param title the title
   * @return this chart
   */
  public ConfusionMatrixChart title(String title) {
    this.title = Objects.requireNonNull(title, "title");
    return this;
  }

  /**
   * Saves the chart as a PNG file.
   *
   * @param png the file
   * @throws IOException if the file cannot be written
   * @throws IllegalStateException if XChart is missing
   */
  public void save(Path png) throws IOException {
    PngFile.save(png, () -> XChartPng.of(title, matrix.classes(), matrix.counts()));
  }
}
