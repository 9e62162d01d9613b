package panama.torch.autograd;

/**
 * How gradients are checked. Start from {@link #DEFAULT}, PyTorch's, made for FLOAT64.
 *
 * @param eps how far each element of the inputs is moved, up and down
 * @param atol a gradient may differ from the numerical one by atol + rtol |numerical|
 * @param rtol see atol
 * @param nondetTol how far two backward passes over the same graph may differ
 * @param raiseException whether a failed check throws; otherwise it returns false
 */
public record GradCheckOptions(
    double eps, double atol, double rtol, double nondetTol, boolean raiseException) {
  /** eps 1e-6, atol 1e-5, rtol 1e-3, nondetTol 0, and an exception for a failed check. */
  public static final GradCheckOptions DEFAULT = new GradCheckOptions(1e-6, 1e-5, 1e-3, 0, true);

  /**
   * These numbers.
   *
   * @throws IllegalArgumentException unless eps is above 0 and no tolerance below 0
   */
  public GradCheckOptions {
    if (!(eps > 0)) {
      throw new IllegalArgumentException("eps: expected a number above 0, got " + eps);
    }
    atLeastZero("atol", atol);
    atLeastZero("rtol", rtol);
    atLeastZero("nondetTol", nondetTol);
  }

  private static void atLeastZero(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + ": expected at least 0, got " + value);
    }
  }

  /** The same with another step. */
  public GradCheckOptions eps(double eps) {
    return new GradCheckOptions(eps, atol, rtol, nondetTol, raiseException);
  }

  /** The same with another absolute tolerance. */
  public GradCheckOptions atol(double atol) {
    return new GradCheckOptions(eps, atol, rtol, nondetTol, raiseException);
  }

  /** The same with another relative tolerance. */
  public GradCheckOptions rtol(double rtol) {
    return new GradCheckOptions(eps, atol, rtol, nondetTol, raiseException);
  }

  /** The same with another tolerance between two backward passes. */
  public GradCheckOptions nondetTol(double nondetTol) {
    return new GradCheckOptions(eps, atol, rtol, nondetTol, raiseException);
  }

  /** The same with or without an exception for a failed check. */
  public GradCheckOptions raiseException(boolean raiseException) {
    return new GradCheckOptions(eps, atol, rtol, nondetTol, raiseException);
  }
}
