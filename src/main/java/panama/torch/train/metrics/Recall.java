package panama.torch.train.metrics;

/**
 * The fraction of the targets of a class that are predicted, scikit-learn's {@code recall_score}:
 * TP / (TP + FN), with the numbers of true positives and false negatives.
 */
public final class Recall extends ClassScore {
  /** Creates a metric of class 1 of two classes: {@link Average#BINARY}. */
  public Recall() {
    this(2, Average.BINARY);
  }

  /**
   * Creates a metric in which the score of a class without a denominator is 0.
   *
   * @param numClasses the number of classes C, 2 to 1,048,576
   * @param average how the scores of classes are averaged
   * @throws IllegalArgumentException for another number of classes, or for {@link Average#BINARY}
   *     with more than 2
   */
  public Recall(int numClasses, Average average) {
    this(numClasses, average, ZeroDivision.ZERO);
  }

  /**
   * Creates a metric.
   *
   * @param numClasses the number of classes C, 2 to 1,048,576
   * @param average how the scores of classes are averaged
   * @param zeroDivision the score of a class whose denominator is 0
   * @throws IllegalArgumentException for another number of classes, or for {@link Average#BINARY}
   *     with more than 2
   */
  public Recall(int numClasses, Average average, ZeroDivision zeroDivision) {
    super(numClasses, average, zeroDivision);
  }

  @Override
  long numerator(long correct) {
    return correct;
  }

  @Override
  long denominator(long predicted, long actual) {
    return actual;
  }

  /** Returns {@code recall}. */
  @Override
  public String name() {
    return "recall";
  }
}
