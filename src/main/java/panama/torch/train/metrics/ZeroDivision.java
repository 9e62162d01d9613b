package panama.torch.train.metrics;

/** The score of a class whose denominator is 0, scikit-learn's {@code zero_division}. */
public enum ZeroDivision {
  /** 0. */
  ZERO(0),
  /** NaN; means leave such classes out. */
  NAN(Double.NaN);

  private final double value;

  ZeroDivision(double value) {
    this.value = value;
  }

  /** Returns 0 or NaN. */
  public double value() {
    return value;
  }
}
