package panama.torch.data.preprocessing;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import panama.torch.IndexException;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorHolder;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.TensorDataset;
import panama.torch.internal.Arguments;

/**
 * Overlapping windows of a time series: each has consecutive rows as its input, and the target
 * features of the rows that follow as its target.
 *
 * <pre>{@code
 * var windows = Windows.builder(series, 24, 3).targets(0).build();
 * windows.x(); // (N, 24, F)
 * windows.y(); // (N, 3, 1)
 * }</pre>
 *
 * <p>Shapes: T time steps of the series, F features, N windows. Window i starts at row i · stride;
 * N = ⌊(T - lookBack - horizon) / stride⌋ + 1. The inputs are views of the series, which need no
 * memory of their own; so are the targets if all features are targets.
 */
public final class Windows implements TensorHolder {
  private final Tensor x;
  private final Tensor y;
  private final Tensor lastValues;
  private final long lookBack;
  private final long stride;

  /**
   * Creates the windows that start at each row, with all features as targets.
   *
   * @param series the series, (T, F)
   * @param lookBack the number of rows of an input, at least 1
   * @param horizon the number of rows of a target, at least 1
   * @throws IllegalArgumentException for numbers below 1, for a tensor that is not (T, F), or for
   *     fewer than lookBack + horizon rows
   */
  public Windows(Tensor series, long lookBack, long horizon) {
    this(builder(series, lookBack, horizon));
  }

  private Windows(Builder options) {
    lookBack = options.lookBack;
    stride = options.stride;
    long horizon = options.horizon;
    long rows = options.series.size(0);
    long count = (rows - lookBack - horizon) / stride + 1;
    try (TensorScope scope = new TensorScope()) {
      Tensor series = options.series;
      Tensor targets = options.targetColumns();
      x = scope.keep(unfold(series, lookBack, stride).slice(0, 0, count));
      y = scope.keep(unfold(targets.slice(0, lookBack, rows), horizon, stride));
      lastValues = scope.keep(unfold(targets.slice(0, lookBack - 1, rows - horizon), 1, stride));
    }
  }

  /** Returns the windows (N, size, F) of a series. */
  private static Tensor unfold(Tensor series, long size, long stride) {
    return series.unfold(0, size, stride).transpose(1, 2);
  }

  /**
   * Returns a builder with a stride of 1 and all features as targets.
   *
   * @param series the series, (T, F)
   * @param lookBack the number of rows of an input, at least 1
   * @param horizon the number of rows of a target, at least 1
   * @throws IllegalArgumentException for numbers below 1, for a tensor that is not (T, F), or for
   *     fewer than lookBack + horizon rows
   */
  public static Builder builder(Tensor series, long lookBack, long horizon) {
    return new Builder(series, lookBack, horizon);
  }

  /** The options of {@link Windows}. */
  public static final class Builder {
    private final Tensor series;
    private final long lookBack;
    private final long horizon;
    private long stride = 1;
    private int[] targets;

    private Builder(Tensor series, long lookBack, long horizon) {
      checkSeries(series, lookBack, horizon);
      this.series = series;
      this.lookBack = lookBack;
      this.horizon = horizon;
      targets = all();
    }

    private int[] all() {
      return IntStream.range(0, (int) series.size(1)).toArray();
    }

    /**
     * Sets the number of rows from the start of a window to that of the next. Default: 1.
     *
     * @param stride at least 1
     * @return this builder
     * @throws IllegalArgumentException for a number below 1
     */
    public Builder stride(long stride) {
      this.stride = Arguments.positive("stride", stride);
      return this;
    }

    /**
     * Sets the features that are targets. Default: all.
     *
     * @param features their columns in the series, from 0
     * @return this builder
     * @throws IllegalArgumentException for no columns, one that does not exist, or one that is
     *     named twice
     */
    public Builder targets(int... features) {
      checkTargets(features, series.size(1));
      targets = features.clone();
      return this;
    }

    /** Returns the series with the targets only, (T, targets). */
    private Tensor targetColumns() {
      return Arrays.equals(targets, all())
          ? series
          : series.indexSelect(1, Torch.tensor(targets).to(series.device()));
    }

    /** Returns the windows. */
    public Windows build() {
      return new Windows(this);
    }
  }

  static void checkSeries(Tensor series, long lookBack, long horizon) {
    Arguments.positive("lookBack", lookBack);
    Arguments.positive("horizon", horizon);
    if (series.dim() != 2) {
      throw new ShapeException(
          "series: expected shape (T, F), got %s; use unsqueeze(1) for a series of one feature"
              .formatted(series.shape()));
    }
    long rows = series.size(0);
    if (lookBack > rows || horizon > rows - lookBack) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "series: expected at least lookBack + horizon = %s rows, got %d",
              Long.toUnsignedString(lookBack + horizon), // which a long cannot always hold
              rows));
    }
  }

  static void checkTargets(int[] targets, long features) {
    if (targets.length == 0 || IntStream.of(targets).distinct().count() != targets.length) {
      throw new IllegalArgumentException(
          "targets: expected different features, at least one, got " + Arrays.toString(targets));
    }
    for (int target : targets) {
      if (target < 0 || target >= features) {
        throw new IndexException(
            String.format(
                Locale.ROOT,
                "targets: expected features from 0 to %d, got %d",
                features - 1,
                target));
      }
    }
  }

  /** Returns the inputs, (N, lookBack, F). */
  public Tensor x() {
    return x;
  }

  /** Returns the targets, (N, horizon, targets). */
  public Tensor y() {
    return y;
  }

  /**
   * Returns the values of the target features in the last row of each input, (N, 1, targets). They
   * are the forecast of a persistence model, which broadcasts to the shape of the targets.
   */
  public Tensor lastValues() {
    return lastValues;
  }

  /** Returns the number N of windows. */
  public long size() {
    return x.size(0);
  }

  /**
   * Returns a dataset with an example for each window: x (lookBack, F) and y (horizon, targets).
   */
  public TensorDataset dataset() {
    return new TensorDataset(x, y);
  }

  /**
   * Returns the index of the row of the series that a target is.
   *
   * @param window the index of a window, from 0 to N - 1
   * @param step the index of a row in its target, from 0 to horizon - 1
   * @throws IndexException if there is no such window or step
   */
  public long targetRow(long window, long step) {
    if (window < 0 || window >= size() || step < 0 || step >= y.size(1)) {
      throw new IndexException(
          String.format(
              Locale.ROOT,
              "targetRow: expected a window from 0 to %d and a step from 0 to %d, got %d and %d",
              size() - 1,
              y.size(1) - 1,
              window,
              step));
    }
    return window * stride + lookBack + step;
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(x);
    action.accept(y);
    action.accept(lastValues);
  }
}
