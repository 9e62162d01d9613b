package panama.torch.nn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;

@Tag("locale")
class LinearGoldenTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void agreesWithPyTorch(boolean bias) {
    Torch.manualSeed(0);
    Linear layer = new Linear(3, 4, bias);
    Tensor y = layer.forward(Torch.randn(2, 5, 3));
    Golden.weighted(y).backward();
    List<Tensor> parts = new ArrayList<>(layer.parameters());
    parts.add(y);
    layer.parameters().forEach(p -> parts.add(requireNonNull(p.grad())));
    Golden.of("modules").check("linear bias=" + bias, 1e-6, parts.toArray(Tensor[]::new));
  }

  @Test
  void refusesInvalidArguments() {
    assertThatThrownBy(() -> new Linear(0, 4)).hasMessage("inFeatures: expected at least 1, got 0");
    assertThatThrownBy(() -> new Linear(3, 4).forward(Torch.zeros(2, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("3", "[2, 5]");
    assertThat(new Linear(3, 4)).hasToString("Linear(in_features=3, out_features=4, bias=True)");
  }
}
