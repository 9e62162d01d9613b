package panama.torch.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;

/** Compares the scalers with scikit-learn. */
class ScalerGoldenTest {
  private static final Golden GOLDEN = Golden.of("scalers");
  private static final double TOLERANCE = 1e-12;
  private static final int[] CHUNKS = {1, 9, 30, 60};

  private static final Map<String, Supplier<Scaler>> SCALERS = new LinkedHashMap<>();

  static {
    SCALERS.put("standard", StandardScaler::new);
    SCALERS.put("standard no mean", () -> new StandardScaler(false, true));
    SCALERS.put("standard no std", () -> new StandardScaler(true, false));
    SCALERS.put("minmax", MinMaxScaler::new);
    SCALERS.put("minmax range", () -> new MinMaxScaler(-1, 3));
    SCALERS.put("minmax clip", () -> new MinMaxScaler(0, 1, true));
    SCALERS.put("robust", RobustScaler::new);
    SCALERS.put("robust no centering", () -> RobustScaler.builder().withCentering(false).build());
    SCALERS.put("robust no scaling", () -> RobustScaler.builder().withScaling(false).build());
    SCALERS.put("robust quantiles", () -> RobustScaler.builder().quantileRange(5, 90).build());
    SCALERS.put(
        "robust unit variance",
        () -> RobustScaler.builder().quantileRange(10, 80).unitVariance(true).build());
    SCALERS.put("robust extremes", () -> RobustScaler.builder().quantileRange(0, 100).build());
  }

  static Stream<Arguments> cases() {
    return Stream.of("plain", "missing", "one row")
        .flatMap(data -> SCALERS.keySet().stream().map(name -> Arguments.of(data, name)));
  }

  /**
   * Compares relative to the expected numbers, but relative to the data where they are about 1e9:
   * there the subtraction of the mean cancels all but a few digits.
   */
  private static void check(String name, Tensor actual, double[] data) {
    double[] expected = GOLDEN.get(name).toDoubleArray();
    double[] numbers = actual.toDoubleArray();
    assertThat(actual.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(actual.shape()).as(name).isEqualTo(GOLDEN.get(name).shape());
    for (int i = 0; i < expected.length; i++) {
      boolean same =
          Double.isNaN(expected[i])
              ? Double.isNaN(numbers[i])
              : Math.abs(numbers[i] - expected[i])
                  <= TOLERANCE * Math.max(1, Math.abs(data[i] > 1e8 ? data[i] : expected[i]));
      if (!same) {
        throw new AssertionError(
            String.format(
                Locale.ROOT, "%s[%d]: expected %s, got %s", name, i, expected[i], numbers[i]));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithScikitLearn(String data, String name) {
    Scaler scaler = SCALERS.get(name).get().fit(GOLDEN.get(data + " x"));
    Tensor more = GOLDEN.get(data + " more");
    String prefix = data + " " + name + " ";
    check(prefix + "transformed", scaler.transform(more), more.toDoubleArray());
    check(prefix + "inverse", scaler.inverseTransform(more), more.toDoubleArray());
    scaler
        .stateDict()
        .forEach(
            (attribute, statistic) -> {
              if (GOLDEN.names().contains(prefix + attribute)) {
                check(prefix + attribute, statistic, statistic.toDoubleArray());
              }
            });
  }

  @Test
  void partialFitAgreesWithScikitLearn() {
    Tensor x = GOLDEN.get("plain x");
    for (String name : SCALERS.keySet()) {
      Scaler scaler = SCALERS.get(name).get();
      int start = 0;
      for (int end : CHUNKS) {
        Tensor chunk = x.slice(0, start, end);
        switch (scaler) {
          case StandardScaler standard -> standard.partialFit(chunk);
          case MinMaxScaler minMax -> minMax.partialFit(chunk);
          default -> {}
        }
        start = end;
      }
      if (scaler.isFitted()) {
        Tensor more = GOLDEN.get("plain more");
        check("plain " + name + " partial", scaler.transform(more), more.toDoubleArray());
      }
    }
    assertThat(GOLDEN.names().stream().filter(name -> name.endsWith(" partial"))).hasSize(6);
  }
}
