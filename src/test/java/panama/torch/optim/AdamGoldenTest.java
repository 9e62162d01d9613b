package panama.torch.optim;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

class AdamGoldenTest {
  private static List<Tensor> parameters() {
    Torch.manualSeed(0);
    return List.of(Torch.randn(3, 2).requiresGrad_(true), Torch.randn(4).requiresGrad_(true));
  }

  @ParameterizedTest
  @CsvSource({
    "plain, true",
    "plain, false",
    "decay, true",
    "decay, false",
    "betas, true",
    "betas, false"
  })
  void agreesWithPyTorch(String options, boolean fused) {
    List<Tensor> parameters = parameters();
    Adam.Builder builder = Adam.builder(parameters).fused(fused);
    Adam optimizer =
        switch (options) {
          case "plain" -> builder.build();
          case "decay" -> builder.weightDecay(0.1).lr(0.05).build();
          default -> builder.betas(0.8, 0.9).eps(1e-3).lr(0.01).build();
        };
    for (int step = 0; step < 5; step++) {
      try (var scope = new TensorScope()) {
        optimizer.zeroGrad();
        parameters.stream()
            .map(p -> Golden.weighted(p.mul(p)))
            .reduce(Tensor::add)
            .orElseThrow()
            .backward();
        optimizer.step();
      }
    }
    Golden.of("modules")
        .check(
            "adam %s fused=%s".formatted(options, fused),
            1e-6,
            parameters.get(0),
            parameters.get(1));
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> Adam.builder(List.of()).build()).hasMessageContaining("parameters");
    assertThatThrownBy(() -> Adam.builder(parameters()).lr(-1).build()).hasMessageContaining("lr");
    assertThatThrownBy(() -> Adam.builder(parameters()).betas(0.9, 1).build())
        .hasMessageContaining("beta");
    assertThatThrownBy(() -> Adam.builder(parameters()).eps(-1).build())
        .hasMessageContaining("eps");
    assertThatThrownBy(() -> Adam.builder(parameters()).weightDecay(-1).build())
        .hasMessageContaining("weightDecay");
  }
}
