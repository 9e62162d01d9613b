package panama.torch.nn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.Golden;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.Torch;

@Tag("locale")
class CrossEntropyLossGoldenTest {
  private static final Golden GOLDEN = Golden.of("modules");

  static Stream<Arguments> criteria() {
    Tensor weight = Torch.tensor(new float[] {0.5f, 1, 2}, 3);
    return Stream.of(
        Arguments.of("mean", new CrossEntropyLoss()),
        Arguments.of("sum", CrossEntropyLoss.builder().reduction(Reduction.SUM).build()),
        Arguments.of("none", CrossEntropyLoss.builder().reduction(Reduction.NONE).build()),
        Arguments.of("weight", CrossEntropyLoss.builder().weight(weight).build()),
        Arguments.of("ignored", CrossEntropyLoss.builder().ignoreIndex(0).build()),
        Arguments.of(
            "smoothed", CrossEntropyLoss.builder().labelSmoothing(0.1).weight(weight).build()),
        Arguments.of("shares", CrossEntropyLoss.builder().labelSmoothing(0.2).build()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("criteria")
  void agreesWithPyTorch(String name, CrossEntropyLoss criterion) {
    Tensor logits = GOLDEN.get("logits").view(4, 3).clone().requiresGrad_(true);
    Tensor target =
        name.equals("shares")
            ? GOLDEN.get("shares").view(4, 3)
            : Torch.tensor(new long[] {2, 0, 1, 0});
    Tensor loss = criterion.forward(logits, target);
    Golden.weighted(loss).backward();
    GOLDEN.check("cross entropy " + name, 1e-6, loss, requireNonNull(logits.grad()));
  }

  @Test
  void refusesInvalidArguments() {
    CrossEntropyLoss criterion = new CrossEntropyLoss();
    Tensor x = Torch.zeros(4, 3);
    assertThatThrownBy(() -> criterion.forward(x, Torch.tensor(new long[] {0, 1, 2})))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("target");
    assertThatThrownBy(() -> criterion.forward(x, Torch.tensor(new long[] {0, 1, 2, 3})))
        .isInstanceOf(IndexException.class);
    assertThatThrownBy(() -> CrossEntropyLoss.builder().labelSmoothing(2))
        .hasMessageContaining("labelSmoothing");
  }
}
