package panama.torch.optim.lr_scheduler;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.optim.Adam;

class OneCycleLRGoldenTest {
  private static Adam optimizer() {
    return Adam.builder(List.of(Torch.zeros(1).requiresGrad_(true))).lr(1).build();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 37})
  void agreesWithPyTorch(int steps) {
    Adam optimizer = optimizer();
    OneCycleLR scheduler = new OneCycleLR(optimizer, 0.01, steps);
    List<Tensor> course = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      course.add(Torch.tensor(optimizer.lr()));
      course.add(Torch.tensor(optimizer.beta1()));
      scheduler.step();
    }
    Golden.of("modules").check("one cycle " + steps, 1e-7, course.toArray(Tensor[]::new));
  }

  @Test
  void refusesAStepTooMany() {
    OneCycleLR scheduler = new OneCycleLR(optimizer(), 0.01, 2);
    scheduler.step();
    scheduler.step();
    assertThatThrownBy(scheduler::step).hasMessageContaining("2 steps");
    assertThatThrownBy(() -> new OneCycleLR(optimizer(), 0.01, 0))
        .hasMessageContaining("totalSteps");
  }
}
