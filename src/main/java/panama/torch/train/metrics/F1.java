package panama.torch.train.metrics;

/**
 * The harmonic mean of precision and recall, scikit-learn's {@code f1_score}: 2 TP / (2 TP + FP +
 * FN), with the numbers of true positives, false positives and false negatives of a class.
 */
public final class F1 extends ClassScore {
  /** Creates a metric of class 1 of two classes: {@link Average#BINARY}. */
  public F1() {
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
  public F1(int numClasses, Average average) {
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
