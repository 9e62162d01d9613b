package panama.torch.bench;

import java.util.Arrays;

/** Medians, quartiles and geometric means. */
final class Statistics {
  private Statistics() {}

  /**
   * Returns a quantile of numbers, between two of them interpolated.
   *
   * @param q 0 to 1; 0.5 for the median
   */
  static double quantile(double[] values, double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double at = q * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  static double median(double[] values) {
    return quantile(values, 0.5);
  }

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  static double geometricMean(double[] values) {
    return Math.exp(Arrays.stream(values).map(Math::log).average().orElseThrow());
  }
}
