package panama.torch.train.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import panama.torch.Tensor;

/**
 * The number of elements for each pair of actual and predicted class, scikit-learn's {@code
 * confusion_matrix}. Prints as a table.
 */
public final class ConfusionMatrix implements Metric {
  /** The matrix of more classes would take gigabytes. */
  private static final int MOST_CLASSES = 10_000;

  private final List<String> classes;
  private final long[][] counts;

  /**
   * Creates a matrix of zeros. The classes are named by their indices.
   *
   * @param numClasses the number of classes, 2 to 10,000
   * @throws IllegalArgumentException for another number
   */
  public ConfusionMatrix(int numClasses) {
    this(IntStream.range(0, checked(numClasses)).mapToObj(Integer::toString).toList());
  }

  /**
   * Creates a matrix of zeros.
   *
   * @param classes the names of the classes, 2 to 10,000
   * @throws IllegalArgumentException for another number of classes
   */
  public ConfusionMatrix(List<String> classes) {
    checked(classes.size());
    this.classes = List.copyOf(classes);
    counts = new long[classes.size()][classes.size()];
  }

  private static int checked(int numClasses) {
    if (numClasses < 2 || numClasses > MOST_CLASSES) {
      throw new IllegalArgumentException(
          "classes: expected 2 to " + MOST_CLASSES + ", got " + numClasses);
    }
    return numClasses;
  }

  /**
   * Adds a batch.
   *
   * @param predictions scores (N, C), of which the largest is the prediction, or class indices (N)
   * @param targets class indices (N)
   */
  @Override
  public void update(Tensor predictions, Tensor targets) {
    ClassIndices batch = ClassIndices.of(predictions, targets, counts.length);
    for (int i = 0; i < batch.actual().length; i++) {
      counts[(int) batch.actual()[i]][(int) batch.predicted()[i]]++;
    }
  }

  /** Returns the names of the classes. */
  public List<String> classes() {
    return classes;
  }

  /**
   * Returns a copy of the counts: row i, column j has the elements of class i that were predicted
   * as class j.
   */
  public long[][] counts() {
    return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
  }

  /** Returns the precision of each class; 0 for a class that was never predicted. */
  public double[] precision() {
    double[] scores = new double[counts.length];
    Arrays.setAll(scores, c -> ratio(counts[c][c], predicted(c)));
    return scores;
  }

  /** Returns the recall of each class; 0 for a class without targets. */
  public double[] recall() {
    double[] scores = new double[counts.length];
    Arrays.setAll(scores, c -> ratio(counts[c][c], actual(c)));
    return scores;
  }

  private static double ratio(long correct, long all) {
    return all == 0 ? 0 : (double) correct / all;
  }

  private long predicted(int column) {
    return Arrays.stream(counts).mapToLong(row -> row[column]).sum();
  }

  private long actual(int row) {
    return Arrays.stream(counts[row]).sum();
  }

  /** Returns the accuracy: the fraction of elements on the diagonal. */
  @Override
  public double compute() {
    long correct = 0;
    long count = 0;
    for (int c = 0; c < counts.length; c++) {
      correct += counts[c][c];
      count += actual(c);
    }
    Count.check(name(), count);
    return (double) correct / count;
  }

  @Override
  public void reset() {
    for (long[] row : counts) {
      Arrays.fill(row, 0);
    }
  }

  /** Returns {@code confusion_matrix_accuracy}, since {@link #compute} returns the accuracy. */
  @Override
  public String name() {
    return "confusion_matrix_accuracy";
  }

  /** Returns the counts as a table with a row for each class and a column for each prediction. */
  @Override
  public String toString() {
    int first = width(classes.stream(), "actual");
    int[] widths = new int[counts.length];
    Arrays.setAll(
        widths,
        c -> width(Arrays.stream(counts).map(row -> Long.toString(row[c])), classes.get(c)));
    StringBuilder table = new StringBuilder("actual").append(" ".repeat(first - 6));
    for (int c = 0; c < counts.length; c++) {
      right(table, classes.get(c), widths[c]);
    }
    for (int row = 0; row < counts.length; row++) {
      String name = classes.get(row);
      table.append('\n').append(name).append(" ".repeat(first - length(name)));
      for (int c = 0; c < counts.length; c++) {
        right(table, Long.toString(counts[row][c]), widths[c]);
      }
    }
    return table.toString();
  }

  /**
   * Returns a table with a row for each class: precision, recall, the number of its elements, and
   * the class that is most often predicted for them by mistake, with the number of times.
   *
   * <pre>{@code
   * class     precision  recall  count  most often mistaken for
   * Danish         0.82    0.84    100  Norwegian (15)
   * German         1.00    1.00    100
   * }</pre>
   */
  public String report() {
    int first = width(classes.stream(), "class");
    double[] precision = precision();
    double[] recall = recall();
    StringBuilder table = new StringBuilder("class").append(" ".repeat(first - 5));
    table.append("  precision  recall  count  most often mistaken for");
    for (int row = 0; row < counts.length; row++) {
      String name = classes.get(row);
      String numbers =
          String.format(
              Locale.ROOT, "  %9.2f  %6.2f  %5d  ", precision[row], recall[row], actual(row));
      table.append('\n').append(name).append(" ".repeat(first - length(name)));
      table.append((numbers + mistaken(row)).stripTrailing());
    }
    return table.toString();
  }

  private String mistaken(int row) {
    int worst = row == 0 ? 1 : 0;
    for (int c = 0; c < counts.length; c++) {
      if (c != row && counts[row][c] > counts[row][worst]) {
        worst = c;
      }
    }
    long count = counts[row][worst];
    return count == 0 ? "" : classes.get(worst) + " (" + count + ")";
  }

  private static int width(Stream<String> cells, String header) {
    return Math.max(length(header), cells.mapToInt(ConfusionMatrix::length).max().orElse(0));
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static void right(StringBuilder table, String text, int width) {
    table.append("  ").append(" ".repeat(width - length(text))).append(text);
  }
}
