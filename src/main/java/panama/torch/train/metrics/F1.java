package panama.torch.train.metrics;

/**
 * The harmonic mean of precision and recall, scikit-learn's {@code f1_score}: 2 correct /
 * (predicted + actual), the numbers of right predictions, predictions and targets of a class.
 */
public final class F1 extends ClassScore {
  /** Creates a metric of class 1, of two classes: {@link Average#BINARY}. */
  public F1() {
    this(2, Average.BINARY);
  }

  /**
   * Creates a metric in which the score of a class without a denominator is 0.
   *
   * @param numClasses the number of classes C, at least 2
   * @param average how the scores of classes are combined
   * @throws IllegalArgumentException for fewer than 2 classes, or {@link Average#BINARY} with more
   */
  public F1(int numClasses, Average average) {
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
  public F1(int numClasses, Average average, ZeroDivision zeroDivision) {
    super(numClasses, average, zeroDivision);
  }

  @Override
  long numerator(long correct) {
    return 2 * correct;
  }

  @Override
  long denominator(long predicted, long actual) {
    return predicted + actual;
  }

  /** Returns {@code f1}. */
  @Override
  public String name() {
    return "f1";
  }
}
