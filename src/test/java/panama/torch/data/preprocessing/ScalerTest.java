package panama.torch.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Index;
import panama.torch.NamedTensors;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.io.SafeTensors;

class ScalerTest {
  static List<Supplier<Scaler>> scalers() {
    return List.of(
        StandardScaler::new,
        () -> new StandardScaler(false, false),
        () -> new MinMaxScaler(-2, 5),
        RobustScaler::new,
        () -> RobustScaler.builder().quantileRange(10, 90).unitVariance(true).build());
  }

  private static Tensor random(long seed, long... sizes) {
    Torch.manualSeed(seed);
    return Torch.randn(sizes).mul(100).add(7).to(DType.FLOAT64);
  }

  private static void assertClose(Tensor actual, Tensor expected, double tolerance) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.to(DType.FLOAT64).toDoubleArray())
        .usingComparatorWithPrecision(tolerance)
        .containsExactly(expected.to(DType.FLOAT64).toDoubleArray());
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Property(tries = 60)
  void inverseTransformUndoesTransform(
      @ForAll @IntRange(max = 4) int kind,
      @ForAll @IntRange(min = 1, max = 30) int rows,
      @ForAll @IntRange(min = 1, max = 5) int features,
      @ForAll long seed) {
    try (var scope = new TensorScope()) {
      Scaler scaler = scalers().get(kind).get().fit(random(seed, rows, features));
      Tensor x = random(seed + 1, 3, 2, features);
      assertClose(scaler.inverseTransform(scaler.transform(x)), x, 1e-9);
    }
  }

  @Property(tries = 60)
  void partialFitInAnyChunksIsFit(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 9) Integer> chunks,
      @ForAll boolean missing,
      @ForAll long seed) {
    try (var scope = new TensorScope()) {
      int rows = chunks.stream().mapToInt(Integer::intValue).sum();
      Tensor x = random(seed, rows, 3);
      if (missing) {
        x = x.maskedFill(Torch.randn(rows, 3).gt(0), Double.NaN);
      }
      var standard = new StandardScaler();
      var minMax = new MinMaxScaler();
      int start = 0;
      for (int chunk : chunks) {
        standard.partialFit(x.slice(0, start, start + chunk));
        minMax.partialFit(x.slice(0, start, start + chunk));
        start += chunk;
      }
      compare(standard.stateDict(), new StandardScaler().fit(x).stateDict());
      compare(minMax.stateDict(), new MinMaxScaler().fit(x).stateDict());
    }
  }

  private static void compare(Map<String, Tensor> actual, Map<String, Tensor> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    actual.forEach((name, tensor) -> assertClose(tensor, expected.get(name), 1e-8));
  }

  @ParameterizedTest
  @MethodSource("scalers")
  void keepsTypeAndShapeAndTheInput(Supplier<Scaler> make) {
    Tensor x = random(1, 4, 5, 3);
    Scaler scaler = make.get().fit(x);
    for (DType dtype : List.of(DType.FLOAT16, DType.BFLOAT16, DType.FLOAT32, DType.FLOAT64)) {
      Tensor typed = x.to(dtype);
      double[] before = typed.toDoubleArray();
      Tensor z = scaler.transform(typed);
      assertThat(z.dtype()).isEqualTo(dtype);
      assertThat(z.shape()).isEqualTo(x.shape());
      z.zero_();
      assertThat(typed.toDoubleArray()).containsExactly(before);
    }
    assertThat(scaler.transform(x.select(0, 0).select(0, 0)).shape().toArray()).containsExactly(3);
  }

  @Test
  void computesInDoublePrecision() {
    Tensor x = Torch.tensor(new float[] {16777216, 16777218, 16777220}, 3, 1);
    Tensor z = new StandardScaler().fit(x).transform(x);
    double root = Math.sqrt(1.5);
    assertThat(z.toFloatArray()).containsExactly((float) -root, 0, (float) root);
  }

  @Test
  void ignoresNaNInFitAndKeepsItInTransform() {
    Tensor x = Torch.tensor(new double[] {1, Double.NaN, 3}, 3, 1);
    assertThat(new MinMaxScaler().fit(x).transform(x).toFloatArray())
        .containsExactly(0, Float.NaN, 1);
  }

  @Test
  void gradientsFlowThroughTheInverse() {
    var scaler = new MinMaxScaler(0, 1).fit(Torch.tensor(new double[] {2, 6}, DType.FLOAT64, 2, 1));
    Tensor forecast = Torch.zeros(DType.FLOAT64, 3, 1).requiresGrad_();
    scaler.inverseTransform(forecast).sum().backward();
    assertThat(forecast.grad().toDoubleArray()).containsExactly(4, 4, 4);
  }

  @ParameterizedTest
  @MethodSource("scalers")
  void survivesTheScopeOfItsFit(Supplier<Scaler> make) {
    Scaler scaler = make.get();
    try (var scope = new TensorScope()) {
      Tensor x = random(3, 5, 2);
      long alive = scope.statistics().alive();
      scaler.fit(x);
      assertThat(scope.statistics().alive()).isEqualTo(alive);
    }
    assertThat(scaler.transform(random(4, 1, 2)).isfinite().all().itemBoolean()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("scalers")
  void isSavedInASafetensorsFile(Supplier<Scaler> make, @TempDir Path folder) throws IOException {
    Scaler scaler = make.get().fit(random(5, 9, 4));
    SafeTensors.save(folder.resolve("scaler.safetensors"), scaler.stateDict());
    Scaler loaded = make.get();
    loaded.loadStateDict(SafeTensors.load(folder.resolve("scaler.safetensors")));
    Tensor x = random(6, 3, 4);
    assertThat(loaded.transform(x).toDoubleArray())
        .containsExactly(scaler.transform(x).toDoubleArray());
  }

  @Test
  void theStateDictIsACopy() {
    var scaler = new MinMaxScaler().fit(Torch.tensor(new double[] {2, 6}, 2, 1));
    scaler.stateDict().values().forEach(Tensor::zero_);
    assertThat(scaler.transform(Torch.full(new long[] {1, 1}, 4.0)).item()).isEqualTo(0.5);
  }

  @Test
  void refusesAnotherState() {
    var scaler = new StandardScaler().fit(random(1, 4, 2));
    Map<String, Tensor> before = scaler.stateDict();
    Map<String, Tensor> wrong =
        new NamedTensors(new StandardScaler(true, false).fit(random(1, 4, 2)).stateDict());
    wrong.remove("var_");
    wrong.put("mean", Torch.zeros(2));
    wrong.put("n_samples_seen_", Torch.zeros(3));
    assertThatThrownBy(() -> scaler.loadStateDict(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("StandardScaler.loadStateDict")
        .hasMessageContaining("missing: var_")
        .hasMessageContaining("unexpected: mean")
        .hasMessageContaining("n_samples_seen_: expected shape [2], got [3]")
        .hasMessageContaining("with_std: expected [1.0], got [0.0]");
    compare(scaler.stateDict(), before);
  }

  @ParameterizedTest
  @MethodSource("scalers")
  void refusesUseBeforeFit(Supplier<Scaler> make) {
    Scaler scaler = make.get();
    assertThat(scaler.isFitted()).isFalse();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> scaler.transform(Torch.ones(2, 2)),
            () -> scaler.inverseTransform(Torch.ones(2, 2)),
            scaler::stateDict)) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(scaler.getClass().getSimpleName() + ".")
          .hasMessageContaining("call fit");
    }
  }

  @ParameterizedTest
  @MethodSource("scalers")
  void refusesWrongData(Supplier<Scaler> make) {
    Scaler scaler = make.get();
    assertRefused(() -> scaler.fit(Torch.ones(3)), "unsqueeze(1)");
    assertRefused(() -> scaler.fit(Torch.ones(0, 3)), "at least one row");
    assertRefused(() -> scaler.fit(Torch.ones(DType.INT64, 2, 3)), "DType.FLOAT32");
    Tensor infinite = Torch.ones(2, 3);
    infinite.set_(Double.POSITIVE_INFINITY, Index.at(1), Index.at(2));
    assertRefused(() -> scaler.fit(infinite), "got Infinity in row 1, feature 2");
    assertThat(scaler.isFitted()).isFalse();
    scaler.fit(Torch.randn(5, 3));
    assertRefused(() -> scaler.transform(Torch.ones(2, 4)), "expected shape (*, 3)");
    assertRefused(() -> scaler.inverseTransform(Torch.ones(2, 1)), "got [2, 1]");
    assertRefused(() -> scaler.transform(Torch.ones(DType.INT64, 2, 3)), "DType.FLOAT32");
  }

  @Test
  void partialFitRefusesAnotherNumberOfFeatures() {
    assertRefused(
        () -> new StandardScaler().partialFit(Torch.ones(2, 3)).partialFit(Torch.ones(2, 1)),
        "fitted to, got [2, 1]");
    assertRefused(
        () -> new MinMaxScaler().partialFit(Torch.ones(2, 3)).partialFit(Torch.ones(2, 1)),
        "fitted to, got [2, 1]");
  }

  @Test
  void refusesWrongOptions() {
    assertRefused(() -> new MinMaxScaler(1, 1), "featureRange");
    assertRefused(() -> new MinMaxScaler(0, Double.NaN), "featureRange");
    assertRefused(() -> RobustScaler.builder().quantileRange(60, 40), "got 60.0 and 40.0");
    assertRefused(() -> RobustScaler.builder().quantileRange(-1, 40), "quantileRange");
    assertRefused(
        () -> RobustScaler.builder().quantileRange(0, 50).unitVariance(true).build(),
        "unitVariance");
  }
}
