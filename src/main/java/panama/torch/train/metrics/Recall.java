package panama.torch.train.metrics;

/**
 * The fraction of the targets of a class that are predicted, scikit-learn's {@code recall_score}.
 */
public final class Recall extends ClassScore {
  /** Creates a metric of class 1, of two classes: {@link Average#BINARY}. */
  public Recall() {
    this(2, Average.BINARY);
  }

  /**
   * Creates a metric in which the score of a class without a denominator is 0.
   *
   * @param numClasses the number of classes C, at least 2
   * @param average how the scores of classes are combined
   * @throws IllegalArgumentException for fewer than 2 classes, or {@link Average#BINARY} with more
   */
  public Recall(int numClasses, Average average) {
    this(numClasses, average, ZeroDivision.ZERO);
  }

  /**
   * Creates a metric.
   *
   * @param numClasses the number of classes C, at least 2
   * @param average how the scores of classes are combined
   * @param zeroDivision the score of a class whose denominator is 0
   * @throws IllegalArgumentException for fewer than 2 classes, or {@link Average#BINARY} with more
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
