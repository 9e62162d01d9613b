package panama.torch.data.preprocessing;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import panama.torch.DType;
import panama.torch.NamedTensors;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.internal.Arguments;

/**
 * A scaler that subtracts the median of each feature and divides by the difference of two
 * quantiles, by default the quartiles, so that outliers have little influence; scikit-learn's
 * {@code RobustScaler}.
 *
 * <pre>
 *   z = (x - median) / (q75 - q25)
 * </pre>
 *
 * <p>A feature whose quantiles are equal is not divided. Quantiles are interpolated linearly,
 * NumPy's default.
 *
 * <p>State: {@code center_} and {@code scale_}, each (F). Medians cannot be updated with more data,
 * so there is no partialFit.
 */
public final class RobustScaler extends FeatureScaler {
  private static final String CENTER = "center_";
  private static final String SCALE = "scale_";
  private static final Op NORMAL_QUANTILE = Torch.op("aten::special_ndtri");

  private final boolean withCentering;
  private final boolean withScaling;
  private final double low;
  private final double high;
  private final boolean unitVariance;

  /** Creates a scaler with scikit-learn's defaults: the median and the quartiles. */
  public RobustScaler() {
    this(builder());
  }

  private RobustScaler(Builder options) {
    withCentering = options.withCentering;
    withScaling = options.withScaling;
    low = options.low;
    high = options.high;
    unitVariance = options.unitVariance;
    if (unitVariance && (low == high || low == 0 || high == 100)) {
      throw new IllegalArgumentException(
          "unitVariance: expected 0 < low < high < 100 in quantileRange, got %s and %s"
              .formatted(low, high));
    }
  }

  /** Returns a builder with scikit-learn's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link RobustScaler}. */
  public static final class Builder {
    private boolean withCentering = true;
    private boolean withScaling = true;
    private double low = 25;
    private double high = 75;
    private boolean unitVariance;

    private Builder() {}

    /**
     * Sets whether the median is subtracted. Default: true.
     *
     * @param withCentering whether to center
     * @return this builder
     */
    public Builder withCentering(boolean withCentering) {
      this.withCentering = withCentering;
      return this;
    }

    /**
     * Sets whether the result is divided by the difference of the quantiles. Default: true.
     *
     * @param withScaling whether to scale
     * @return this builder
     */
    public Builder withScaling(boolean withScaling) {
      this.withScaling = withScaling;
      return this;
    }

    /**
     * Sets the two quantiles, in percent. Default: 25 and 75.
     *
     * @param low the lower one, at least 0
     * @param high the upper one, at least low and at most 100
     * @return this builder
     * @throws IllegalArgumentException unless 0 ≤ low ≤ high ≤ 100
     */
    public Builder quantileRange(double low, double high) {
      Arguments.notNegative("quantileRange", low);
      if (!(low <= high && high <= 100)) {
        throw new IllegalArgumentException(
            "quantileRange: expected 0 <= low <= high <= 100, got " + low + " and " + high);
      }
      this.low = low;
      this.high = high;
      return this;
    }

    /**
     * Sets whether the scale is also divided by the difference of the quantiles of the standard
     * normal distribution, so that normally distributed features get variance 1. Default: false.
     *
     * @param unitVariance whether to divide; the quantiles must then be above 0, below 100 and
     *     different
     * @return this builder
     */
    public Builder unitVariance(boolean unitVariance) {
      this.unitVariance = unitVariance;
      return this;
    }

    /**
     * Returns the scaler.
     *
     * @throws IllegalArgumentException for unit variance with quantiles at 0 or 100, or equal ones
     */
    public RobustScaler build() {
      return new RobustScaler(this);
    }
  }

  @Override
  public RobustScaler fit(Tensor x) {
    replace(x, this::statistics);
    return this;
  }

  private NamedTensors statistics(Tensor rows) {
    int features = (int) rows.size(1);
    double[] medians = new double[features];
    double[] spreads = new double[features];
    for (int f = 0; f < features; f++) {
      double[] sorted =
          DoubleStream.of(rows.select(1, f).toDoubleArray())
              .filter(value -> !Double.isNaN(value))
              .sorted()
              .toArray();
      medians[f] = quantile(sorted, 50);
      spreads[f] = quantile(sorted, high) - quantile(sorted, low);
    }
    Tensor scale = withoutZeros(Torch.tensor(spreads, DType.FLOAT64));
    NamedTensors statistics = new NamedTensors();
    statistics.put(CENTER, Torch.tensor(medians, DType.FLOAT64));
    statistics.put(
        SCALE, unitVariance ? scale.div(normalQuantile(high) - normalQuantile(low)) : scale);
    return statistics;
  }

  /** Returns a quantile, interpolated linearly as NumPy's default; NaN for no values. */
  private static double quantile(double[] sorted, double percent) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double at = percent / 100 * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
  }

  private static double normalQuantile(double percent) {
    return NORMAL_QUANTILE
        .arg(Torch.tensor(new double[] {percent / 100}, DType.FLOAT64))
        .tensor()
        .item();
  }

  @Override
  List<String> names() {
    return List.of(CENTER, SCALE);
  }

  @Override
  Map<String, double[]> options() {
    return Map.of(
        "with_centering", flag(withCentering),
        "with_scaling", flag(withScaling),
        "quantile_range", new double[] {low, high},
        "unit_variance", flag(unitVariance));
  }

  @Override
  Tensor scale_(Tensor x) {
    if (withCentering) {
      x.sub_(statistic(CENTER, x));
    }
    return withScaling ? x.div_(statistic(SCALE, x)) : x;
  }

  @Override
  Tensor unscale_(Tensor x) {
    if (withScaling) {
      x.mul_(statistic(SCALE, x));
    }
    return withCentering ? x.add_(statistic(CENTER, x)) : x;
  }
}
