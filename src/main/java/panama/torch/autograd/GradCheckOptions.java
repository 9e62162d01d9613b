package panama.torch.autograd;

/**
 * Options of {@link GradCheck}. Start from {@link #DEFAULT}, which has PyTorch's values, chosen for
 * FLOAT64.
 *
 * @param eps the step by which each element of the inputs is increased and decreased
 * @param atol absolute tolerance: a gradient may differ from the numerical derivative by atol +
 *     rtol |numerical|
 * @param rtol relative tolerance: see atol
 * @param nondetTol the largest difference between two backward passes over the same graph
 * @param raiseException whether a failed check throws; otherwise it returns false
 */
public record GradCheckOptions(
    double eps, double atol, double rtol, double nondetTol, boolean raiseException) {
  /** PyTorch's defaults: eps 1e-6, atol 1e-5, rtol 1e-3, nondetTol 0, raiseException true. */
  public static final GradCheckOptions DEFAULT = new GradCheckOptions(1e-6, 1e-5, 1e-3, 0, true);

  /**
   * Makes options of all five values.
   *
   * @throws IllegalArgumentException unless eps is above 0 and no tolerance is negative
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

  /**
   * Returns a copy with another step.
   *
   * @param eps the step size
   */
  public GradCheckOptions eps(double eps) {
    return new GradCheckOptions(eps, atol, rtol, nondetTol, raiseException);
  }

  /**
   * Returns a copy with another absolute tolerance.
   *
   * @param atol the absolute tolerance
   */
  public GradCheckOptions atol(double atol) {
    return new GradCheckOptions(eps, atol, rtol, nondetTol, raiseException);
  }

  /**
   * Returns a copy with another relative tolerance.
   *
   * @param rtol the relative tolerance
   */
  public GradCheckOptions rtol(double rtol) {
    return new GradCheckOptions(eps, atol, rtol, nondetTol, raiseException);
  }

  /**
   * Returns a copy with another tolerance between two backward passes.
   *
   * @param nondetTol the tolerance
   */
  public GradCheckOptions nondetTol(double nondetTol) {
    return new GradCheckOptions(eps, atol, rtol, nondetTol, raiseException);
  }

  /**
   * Returns a copy that throws for a failed check, or that does not.
   *
   * @param raiseException whether to throw
   */
  public GradCheckOptions raiseException(boolean raiseException) {
    return new GradCheckOptions(eps, atol, rtol, nondetTol, raiseException);
  }
}
