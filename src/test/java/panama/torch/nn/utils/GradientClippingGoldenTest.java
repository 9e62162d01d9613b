package panama.torch.nn.utils;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.nn.utils.GradientClipping.clipGradNorm_;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;

class GradientClippingGoldenTest {
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 100})
  void agreesWithPyTorch(double maxNorm) {
    Torch.manualSeed(0);
    Tensor a = Torch.randn(3, 2).requiresGrad_(true);
    Tensor b = Torch.randn(4).requiresGrad_(true);
    Golden.weighted(a.mul(a)).add(Golden.weighted(b.mul(b))).backward();
    double norm = clipGradNorm_(List.of(a, b, Torch.ones(2).requiresGrad_(true)), maxNorm);
    Golden.of("modules")
        .check(
            "clip " + maxNorm,
            1e-5,
            Torch.tensor(norm),
            requireNonNull(a.grad()),
            requireNonNull(b.grad()));
  }

  @Test
  void hasNothingToDoWithoutGradients() {
    assertThat(clipGradNorm_(List.of(Torch.ones(2).requiresGrad_(true)), 1)).isZero();
    assertThatThrownBy(() -> clipGradNorm_(List.of(), 0)).hasMessageContaining("maxNorm");
  }
}
