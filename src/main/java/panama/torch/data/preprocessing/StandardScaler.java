package panama.torch.data.preprocessing;

import java.util.List;
import java.util.Map;
import panama.torch.DType;
import panama.torch.NamedTensors;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * A scaler that subtracts the mean of each feature and divides by its standard deviation: {@code z
 * = (x - mean) / std}, with the biased variance; scikit-learn's {@code StandardScaler}.
 *
 * <pre>{@code
 * StandardScaler scaler = new StandardScaler().fit(train); // (N, F)
 * Tensor x = scaler.transform(test); // (*, F), with the mean and std of train
 * SafeTensors.save(file, scaler.stateDict());
 * }</pre>
 *
 * <p>A feature is constant if its variance is within the rounding error of its computation; it is
 * not divided.
 *
 * <p>State: {@code mean_}, {@code var_} and {@code n_samples_seen_}, each (F).
 */
public final class StandardScaler extends FeatureScaler {
  private static final String MEAN = "mean_";
  private static final String VAR = "var_";
  private static final String COUNT = "n_samples_seen_";

  private final boolean withMean;
  private final boolean withStd;

  /** Creates a scaler that uses both the mean and the standard deviation. */
  public StandardScaler() {
    this(true, true);
  }

  /**
   * Creates a scaler.
   *
   * @param withMean whether the mean is subtracted; scikit-learn's default is true
   * @param withStd whether the result is divided by the standard deviation; scikit-learn's default
   *     is true
   */
  public StandardScaler(boolean withMean, boolean withStd) {
    this.withMean = withMean;
    this.withStd = withStd;
  }

  @Override
  public StandardScaler fit(Tensor x) {
    replace(
        x,
        rows -> {
          Tensor zeros = Torch.zeros(DType.FLOAT64, rows.size(1));
          return statistics(rows, zeros, zeros, zeros);
        });
    return this;
  }

  /**
   * Updates the statistics with more data. The result is that of {@link #fit} with all data, except
   * for rounding.
   *
   * <pre>{@code
   * var scaler = new StandardScaler();
   * for (List<Tensor> batch : loader) {
   *   scaler.partialFit(batch.getFirst());
   * }
   * }</pre>
   *
   * @param x more data (N, F) or (*, F) of a floating-point type, finite or NaN
   * @return this scaler
   * @throws IllegalArgumentException as by {@link #fit}, and for another number of features
   */
  public StandardScaler partialFit(Tensor x) {
    if (!isFitted()) {
      return fit(x);
    }
    update(
        x,
        rows ->
            statistics(rows, statistic(COUNT, rows), statistic(MEAN, rows), statistic(VAR, rows)));
    return this;
  }

  /**
   * Returns the statistics of earlier rows and more rows: Chan, Golub and LeVeque, "Algorithms for
   * computing the sample variance: analysis and recommendations" (1983), equations 1.5 and 1.7.
   */
  private static NamedTensors statistics(Tensor rows, Tensor count0, Tensor mean0, Tensor var0) {
    Tensor count1 = rows.isnan().logicalNot().sum(0).to(DType.FLOAT64);
    Tensor sum1 = rows.nansum(0);
    Tensor deviations = rows.sub(sum1.div(count1));
    Tensor squares1 = deviations.square().nansum(0).sub(deviations.nansum(0).square().div(count1));
    // The mean and the variance of no rows are NaN, and must not count.
    Tensor none0 = count0.eq(0);
    Tensor none1 = count1.eq(0);
    Tensor sum0 = mean0.mul(count0).maskedFill(none0, 0);
    Tensor squares0 = var0.mul(count0);
    Tensor count = count0.add(count1);
    Tensor ratio = count0.div(count1);
    Tensor between = sum0.div(ratio).sub(sum1).square().mul(ratio.div(count));
    Tensor squares = squares0.add(squares1).add(between);
    squares = Torch.where(none1, squares0, Torch.where(none0, squares1, squares));
    NamedTensors statistics = new NamedTensors();
    statistics.put(MEAN, sum0.add(sum1).div(count));
    statistics.put(VAR, squares.div(count));
    statistics.put(COUNT, count);
    return statistics;
  }

  @Override
  List<String> names() {
    return List.of(MEAN, VAR, COUNT);
  }

  @Override
  Map<String, double[]> options() {
    return Map.of("with_mean", flag(withMean), "with_std", flag(withStd));
  }

  @Override
  Tensor scale_(Tensor x) {
    if (withMean) {
      x.sub_(statistic(MEAN, x));
    }
    if (withStd) {
      x.div_(std(x));
    }
    return x;
  }

  @Override
  Tensor unscale_(Tensor x) {
    if (withStd) {
      x.mul_(std(x));
    }
    if (withMean) {
      x.add_(statistic(MEAN, x));
    }
    return x;
  }

  /**
   * Returns the standard deviations, 1 for constant features: those whose variance is at most the
   * bound of its rounding error, scikit-learn's {@code _is_constant_feature}.
   */
  private Tensor std(Tensor x) {
    Tensor var = statistic(VAR, x);
    Tensor relative = statistic(COUNT, x).mul(Math.ulp(1.0));
    Tensor bound = relative.mul(var).add(relative.mul(statistic(MEAN, x)).square());
    return var.sqrt().maskedFill(var.le(bound), 1);
  }
}
