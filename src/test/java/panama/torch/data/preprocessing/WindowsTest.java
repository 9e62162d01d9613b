package panama.torch.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

class WindowsTest {
  /** A series in which row r, feature f is 10 r + f. */
  private static Tensor series(long rows, long features) {
    return Torch.arange(rows).mul(10).unsqueeze(1).add(Torch.arange(features)).to(DType.FLOAT32);
  }

  @Property(tries = 200)
  void agreesWithALoop(
      @ForAll @IntRange(min = 1, max = 5) int lookBack,
      @ForAll @IntRange(min = 1, max = 4) int horizon,
      @ForAll @IntRange(min = 1, max = 4) int stride,
      @ForAll @IntRange(max = 20) int more,
      @ForAll @IntRange(min = 1, max = 3) int features,
      @ForAll boolean lastTarget) {
    try (var scope = new TensorScope()) {
      int rows = lookBack + horizon + more;
      var builder = Windows.builder(series(rows, features), lookBack, horizon).stride(stride);
      if (lastTarget) {
        builder.targets(features - 1);
      }
      Windows windows = builder.build();
      List<Float> x = new ArrayList<>();
      List<Float> y = new ArrayList<>();
      List<Float> last = new ArrayList<>();
      int count = 0;
      for (int start = 0; start + lookBack + horizon <= rows; start += stride, count++) {
        for (int row = start; row < start + lookBack; row++) {
          for (int f = 0; f < features; f++) {
            x.add(10f * row + f);
          }
        }
        int target = start + lookBack;
        for (int f = lastTarget ? features - 1 : 0; f < features; f++) {
          last.add(10f * (target - 1) + f);
        }
        for (int row = target; row < target + horizon; row++) {
          assertThat(windows.targetRow(count, row - target)).isEqualTo(row);
          for (int f = lastTarget ? features - 1 : 0; f < features; f++) {
            y.add(10f * row + f);
          }
        }
      }
      int targets = lastTarget ? 1 : features;
      assertThat(windows.size()).isEqualTo(count);
      assertThat(windows.x().shape().toArray()).containsExactly(count, lookBack, features);
      assertThat(windows.y().shape().toArray()).containsExactly(count, horizon, targets);
      assertThat(windows.lastValues().shape().toArray()).containsExactly(count, 1, targets);
      assertThat(boxed(windows.x())).isEqualTo(x);
      assertThat(boxed(windows.y())).isEqualTo(y);
      assertThat(boxed(windows.lastValues())).isEqualTo(last);
    }
  }

  private static List<Float> boxed(Tensor tensor) {
    List<Float> numbers = new ArrayList<>();
    for (float number : tensor.toFloatArray()) {
      numbers.add(number);
    }
    return numbers;
  }

  @Test
  void areViewsOfTheSeries() {
    Tensor series = series(8, 2);
    Windows windows = new Windows(series, 3, 2);
    series.add_(1000);
    assertThat(windows.x().amin().item()).isEqualTo(1000);
    assertThat(windows.y().amin().item()).isEqualTo(1030);
    series.close();
    assertThat(windows.dataset().get(1).getFirst().toFloatArray())
        .containsExactly(1010, 1011, 1020, 1021, 1030, 1031);
  }

  @Test
  void canBeKept() {
    Windows windows;
    try (var scope = new TensorScope()) {
      windows = scope.keep(Windows.builder(series(8, 2), 3, 2).targets(1).build());
    }
    assertThat(windows.dataset().get(0).get(1).toFloatArray()).containsExactly(31, 41);
    assertThat(windows.lastValues().size(0)).isEqualTo(4);
  }

  @Test
  void refusesWrongArguments() {
    Tensor series = series(5, 2);
    assertRefused(() -> new Windows(series, 3, 3), "at least lookBack + horizon = 6 rows, got 5");
    assertRefused(
        () -> new Windows(series, Long.MAX_VALUE, Long.MAX_VALUE),
        "= 18446744073709551614 rows, got 5");
    assertRefused(() -> new Windows(series, 0, 3), "lookBack: expected at least 1, got 0");
    assertRefused(() -> new Windows(series, 1, 0), "horizon: expected at least 1, got 0");
    assertRefused(() -> new Windows(Torch.ones(5), 1, 1), "unsqueeze(1)");
    var builder = Windows.builder(series, 2, 1);
    assertRefused(() -> builder.stride(0), "stride");
    assertRefused(builder::targets, "at least one");
    assertRefused(() -> builder.targets(1, 1), "different");
    assertRefused(() -> builder.targets(2), "expected features from 0 to 1, got 2");
    assertRefused(() -> builder.build().targetRow(3, 0), "window from 0 to 2");
    assertRefused(() -> builder.build().targetRow(0, 1), "step from 0 to 0");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
