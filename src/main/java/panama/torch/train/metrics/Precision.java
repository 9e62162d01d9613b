package panama.torch.train.metrics;

/**
 * The fraction of the predictions of a class that are correct, scikit-learn's {@code
 * precision_score}: TP / (TP + FP), with the numbers of true and false positives.
 */
public final class Precision extends ClassScore {
  /** Creates a metric of class 1 of two classes: {@link Average#BINARY}. */
  public Precision() {
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
  public Precision(int numClasses, Average average) {
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
  public Precision(int numClasses, Average average, ZeroDivision zeroDivision) {
    super(numClasses, average, zeroDivision);
  }

  @Override
  long numerator(long correct) {
    return correct;
  }

  @Override
  long denominator(long predicted, long actual) {
    return predicted;
  }

  /** Returns {@code precision}. */
  @Override
  public String name() {
    return "precision";
  }
}
