package panama.torch.data.preprocessing;

import java.util.List;
import java.util.Map;
import panama.torch.NamedTensors;
import panama.torch.Tensor;

/**
 * A scaler that maps the range of each feature linearly to another, by default 0 to 1;
 * scikit-learn's {@code MinMaxScaler}.
 *
 * <pre>
 *   scale = (max - min) / (data_max - data_min)
 *   z = x · scale + min - data_min · scale
 * </pre>
 *
 * <p>The range of a constant feature is taken as 1, so that the feature is mapped to min.
 *
 * <p>State: {@code data_min_} and {@code data_max_}, each (F).
 */
public final class MinMaxScaler extends FeatureScaler {
  private static final String MIN = "data_min_";
  private static final String MAX = "data_max_";

  private final double min;
  private final double max;
  private final boolean clip;

  /** Creates a scaler with scikit-learn's defaults: the range from 0 to 1, without clipping. */
  public MinMaxScaler() {
    this(0, 1);
  }

  /**
   * Creates a scaler without clipping.
   *
   * @param min the lower end of the range
   * @param max the upper end
   * @throws IllegalArgumentException unless both are finite and min is below max
   */
  public MinMaxScaler(double min, double max) {
    this(min, max, false);
  }

  /**
   * Creates a scaler.
   *
   * @param min the lower end of the range, the first of scikit-learn's {@code feature_range}
   * @param max the upper end, the second of {@code feature_range}
   * @param clip whether transform limits its results to the range; scikit-learn's default is false
   * @throws IllegalArgumentException unless both are finite and min is below max
   */
  public MinMaxScaler(double min, double max, boolean clip) {
    if (!(min < max) || Double.isInfinite(min) || Double.isInfinite(max)) {
      throw new IllegalArgumentException(
          "featureRange: expected finite numbers min < max, got " + min + " and " + max);
    }
    this.min = min;
    this.max = max;
    this.clip = clip;
  }

  @Override
  public MinMaxScaler fit(Tensor x) {
    replace(x, MinMaxScaler::statistics);
    return this;
  }

  /**
   * Updates the statistics with more data. The result is that of {@link #fit} with all data.
   *
   * @param x more data (N, F) or (*, F) of a floating-point type, finite or NaN
   * @return this scaler
   * @throws IllegalArgumentException as by {@link #fit}, and for another number of features
   */
  public MinMaxScaler partialFit(Tensor x) {
    if (!isFitted()) {
      return fit(x);
    }
    update(
        x,
        rows -> {
          NamedTensors statistics = statistics(rows);
          // fmin and fmax ignore the NaN of a feature without values.
          statistics.computeIfPresent(MIN, (name, min1) -> statistic(name, rows).fmin(min1));
          statistics.computeIfPresent(MAX, (name, max1) -> statistic(name, rows).fmax(max1));
          return statistics;
        });
    return this;
  }

  private static NamedTensors statistics(Tensor rows) {
    Tensor missing = rows.isnan();
    Tensor none = missing.all(0);
    NamedTensors statistics = new NamedTensors();
    statistics.put(
        MIN,
        rows.maskedFill(missing, Double.POSITIVE_INFINITY).amin(0).maskedFill(none, Double.NaN));
    statistics.put(
        MAX,
        rows.maskedFill(missing, Double.NEGATIVE_INFINITY).amax(0).maskedFill(none, Double.NaN));
    return statistics;
  }

  @Override
  List<String> names() {
    return List.of(MIN, MAX);
  }

  @Override
  Map<String, double[]> options() {
    return Map.of("feature_range", new double[] {min, max}, "clip", flag(clip));
  }

  @Override
  Tensor scale_(Tensor x) {
    Tensor scale = scale(x);
    x.mul_(scale).add_(offset(x, scale));
    return clip ? x.clamp_(min, max) : x;
  }

  @Override
  Tensor unscale_(Tensor x) {
    Tensor scale = scale(x);
    return x.sub_(offset(x, scale)).div_(scale);
  }

  private Tensor scale(Tensor x) {
    Tensor range = statistic(MAX, x).sub(statistic(MIN, x));
    return withoutZeros(range).reciprocal().mul(max - min);
  }

  private Tensor offset(Tensor x, Tensor scale) {
    return statistic(MIN, x).mul(scale).neg().add(min);
  }
}
