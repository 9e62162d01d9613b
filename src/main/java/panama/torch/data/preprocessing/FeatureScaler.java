package panama.torch.data.preprocessing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.Device;
import panama.torch.NamedTensors;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.internal.StateDictErrors;

/**
 * A scaler whose statistics are vectors (F). It computes in FLOAT64, whatever the type of the data.
 */
abstract sealed class FeatureScaler implements Scaler
    permits StandardScaler, MinMaxScaler, RobustScaler {
  /** The statistics by name, each FLOAT64 (F); null before fit. */
  private @Nullable NamedTensors statistics;

  /** Returns the names of the statistics, which are scikit-learn's. */
  abstract List<String> names();

  /** Returns the options by name, which must be equal when a state is loaded. */
  abstract Map<String, double[]> options();

  /** Scales x (*, F), a FLOAT64 copy, in place. */
  abstract Tensor scale_(Tensor x);

  /** Inverts {@link #scale_}, in place. */
  abstract Tensor unscale_(Tensor x);

  @Override
  public final boolean isFitted() {
    return statistics != null;
  }

  @Override
  public final Tensor transform(Tensor x) {
    return convert("transform", x, this::scale_);
  }

  @Override
  public final Tensor inverseTransform(Tensor x) {
    return convert("inverseTransform", x, this::unscale_);
  }

  private Tensor convert(String operation, Tensor x, UnaryOperator<Tensor> action) {
    checkFeatures(x, fitted(operation));
    try (TensorScope scope = new TensorScope()) {
      TensorOptions wide = new TensorOptions(DType.FLOAT64, x.device(), false);
      return scope.keep(action.apply(x.to(wide, true)).to(x.dtype()));
    }
  }

  /** Returns a statistic on the device of x. */
  final Tensor statistic(String name, Tensor x) {
    return fitted("transform").get(name).to(x.device());
  }

  private NamedTensors fitted(String operation) {
    if (statistics == null) {
      throw new IllegalStateException(
          "%s.%s: the scaler has no statistics; call fit with the training data, or loadStateDict"
              .formatted(getClass().getSimpleName(), operation));
    }
    return statistics;
  }

  private static void checkType(Tensor x) {
    if (!x.dtype().isFloatingPoint()) {
      throw new DTypeException(
          "x: expected a floating-point type, got %s; convert with .to(DType.FLOAT32)"
              .formatted(x.dtype()));
    }
  }

  private void checkFeatures(Tensor x, NamedTensors fitted) {
    checkType(x);
    Shape shape = x.shape();
    long features = fitted.firstEntry().getValue().size(0);
    if (shape.dim() == 0 || shape.size(-1) != features) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "x: expected shape (*, %d), the number of features that the %s was fitted to, got %s",
              features,
              getClass().getSimpleName(),
              shape));
    }
  }

  /** Computes statistics from rows (N, F) in FLOAT64 without infinite numbers. */
  interface Statistics {
    NamedTensors of(Tensor rows);
  }

  /** Replaces the statistics by those of the data. */
  final void replace(Tensor x, Statistics computation) {
    try (TensorScope scope = new TensorScope()) {
      NamedTensors computed = computation.of(rows(x));
      computed.replaceAll((name, statistic) -> TensorScope.exempt(statistic));
      statistics = computed;
    }
  }

  /** Replaces the statistics by those of the earlier data and this data together. */
  final void update(Tensor x, Statistics computation) {
    if (statistics != null) {
      checkFeatures(x, statistics);
    }
    replace(x, computation);
  }

  private static Tensor rows(Tensor x) {
    checkType(x);
    if (x.dim() < 2) {
      throw new ShapeException(
          "x: expected shape (N, F) or (*, F), got %s; use unsqueeze(1) for N values of one feature"
              .formatted(x.shape()));
    }
    if (x.numel() == 0) {
      throw new ShapeException(
          "x: expected at least one row and one feature, got shape " + x.shape());
    }
    Tensor rows = x.detach().to(Device.CPU).to(DType.FLOAT64).reshape(-1, x.size(-1));
    Tensor infinite = rows.isinf().nonzero();
    if (infinite.size(0) > 0) {
      long[] first = infinite.select(0, 0).toLongArray();
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "x: expected finite numbers or NaN, got %s in row %d, feature %d",
              rows.get(first[0], first[1]).item(),
              first[0],
              first[1]));
    }
    return rows;
  }

  /**
   * Returns the statistics under scikit-learn's names, FLOAT64 (F), and the options, FLOAT64
   * vectors with 1 for true.
   */
  @Override
  public final Map<String, Tensor> stateDict() {
    NamedTensors state = new NamedTensors();
    fitted("stateDict").forEach((name, statistic) -> state.put(name, statistic.clone()));
    new TreeMap<>(options())
        .forEach((name, option) -> state.put(name, Torch.tensor(option, DType.FLOAT64)));
    return state;
  }

  @Override
  public final void loadStateDict(Map<String, Tensor> state) {
    StateDictErrors errors = new StateDictErrors();
    NamedTensors loaded = new NamedTensors();
    try (TensorScope scope = new TensorScope()) {
      for (String name : names()) {
        Tensor statistic = state.get(name);
        if (statistic == null) {
          errors.missing(name);
          continue;
        }
        Shape first = loaded.isEmpty() ? null : loaded.firstEntry().getValue().shape();
        if (statistic.dim() != 1 || (first != null && !statistic.shape().equals(first))) {
          errors.mismatch(name, "shape " + (first == null ? "(F)" : first), statistic.shape());
        }
        TensorOptions wide = TensorOptions.of(DType.FLOAT64);
        loaded.put(name, statistic.detach().to(wide, true));
      }
      options().forEach((name, expected) -> compare(name, expected, state.get(name), errors));
      state.keySet().stream()
          .filter(name -> !names().contains(name) && !options().containsKey(name))
          .forEach(errors::unexpected);
      errors.throwIfAny(
          getClass().getSimpleName() + ".loadStateDict: the state does not match",
          ArgumentException::new);
      loaded.replaceAll((name, statistic) -> TensorScope.exempt(statistic));
    }
    statistics = loaded;
  }

  private static void compare(
      String name, double[] expected, @Nullable Tensor saved, StateDictErrors errors) {
    if (saved == null) {
      errors.missing(name);
      return;
    }
    double[] actual = saved.to(DType.FLOAT64).toDoubleArray();
    if (!Arrays.equals(expected, actual)) {
      errors.mismatch(name, Arrays.toString(expected), Arrays.toString(actual));
    }
  }

  /** Returns scikit-learn's number for an option. */
  static double[] flag(boolean option) {
    return new double[] {option ? 1 : 0};
  }

  /**
   * Replaces scales that are close to 0 by 1, so that features that are almost constant are not
   * divided by rounding errors; scikit-learn's {@code _handle_zeros_in_scale}.
   */
  static Tensor withoutZeros(Tensor spread) {
    return spread.maskedFill(spread.lt(10 * Math.ulp(1.0)), 1);
  }
}
