package panama.torch.train.metrics;

import java.util.Arrays;
import java.util.Objects;
import panama.torch.Tensor;

/** A score that is a ratio of counts for each class, and its average over classes. */
abstract class ClassScore implements Metric {
  private final Average average;
  private final ZeroDivision zeroDivision;
  private final long[] correct;
  private final long[] predicted;
  private final long[] actual;

  ClassScore(int numClasses, Average average, ZeroDivision zeroDivision) {
    ClassIndices.checkNumClasses(numClasses);
    if (average == Average.BINARY && numClasses != 2) {
      throw new IllegalArgumentException(
          "average: BINARY needs numClasses=2, got numClasses="
              + numClasses
              + "; use MACRO, MICRO or WEIGHTED");
    }
    this.average = Objects.requireNonNull(average, "average");
    this.zeroDivision = Objects.requireNonNull(zeroDivision, "zeroDivision");
    correct = new long[numClasses];
    predicted = new long[numClasses];
    actual = new long[numClasses];
  }

  /** Returns the numerator. */
  abstract long numerator(long correct);

  /** Returns the denominator. */
  abstract long denominator(long predicted, long actual);

  /**
   * Adds a batch.
   *
   * @param predictions scores (N, C), of which the largest is the prediction, or class indices (N)
   * @param targets class indices (N)
   */
  @Override
  public void update(Tensor predictions, Tensor targets) {
    ClassIndices batch = ClassIndices.of(predictions, targets, correct.length);
    for (int i = 0; i < batch.actual().length; i++) {
      int guess = (int) batch.predicted()[i];
      int truth = (int) batch.actual()[i];
      predicted[guess]++;
      actual[truth]++;
      correct[truth] += guess == truth ? 1 : 0;
    }
  }

  @Override
  public double compute() {
    Count.check(name(), sum(actual));
    return switch (average) {
      case BINARY -> score(correct[1], predicted[1], actual[1]);
      case MICRO -> score(sum(correct), sum(predicted), sum(actual));
      case MACRO -> mean(false);
      case WEIGHTED -> mean(true);
    };
  }

  /**
   * Returns the score of each class.
   *
   * @return a score for each class, (C)
   * @throws IllegalStateException if there were no elements
   */
  public double[] computePerClass() {
    Count.check(name(), sum(actual));
    double[] scores = new double[correct.length];
    Arrays.setAll(scores, c -> score(correct[c], predicted[c], actual[c]));
    return scores;
  }

  private double score(long correct, long predicted, long actual) {
    long denominator = denominator(predicted, actual);
    return denominator == 0 ? zeroDivision.value() : (double) numerator(correct) / denominator;
  }

  /** Returns the mean of the classes that occur, without those whose score is NaN. */
  private double mean(boolean weighted) {
    double[] scores = computePerClass();
    double sum = 0;
    double weightedSum = 0;
    long classes = 0;
    long weights = 0;
    for (int c = 0; c < scores.length; c++) {
      if (predicted[c] + actual[c] > 0 && !Double.isNaN(scores[c])) {
        sum += scores[c];
        weightedSum += scores[c] * actual[c];
        classes++;
        weights += actual[c];
      }
    }
    // As scikit-learn: if all weights are 0, the mean is not weighted; of no classes, it is NaN.
    return weighted && weights > 0 ? weightedSum / weights : sum / classes;
  }

  private static long sum(long[] counts) {
    return Arrays.stream(counts).sum();
  }

  @Override
  public void reset() {
    Arrays.fill(correct, 0);
    Arrays.fill(predicted, 0);
    Arrays.fill(actual, 0);
  }
}
