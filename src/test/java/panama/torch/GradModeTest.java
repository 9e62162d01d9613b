package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;

import org.junit.jupiter.api.Test;

class GradModeTest {
  private final Tensor w = ones(2).requiresGrad_(true);

  @Test
  void nestsAndRestores() {
    try (var off = Torch.noGrad()) {
      assertThat(Torch.isGradEnabled()).isFalse();
      assertThat(w.add(1).requiresGrad()).isFalse();
      try (var on = Torch.enableGrad()) {
        assertThat(w.add(1).requiresGrad()).isTrue();
      }
      assertThat(Torch.isGradEnabled()).isFalse();
      off.close();
      off.close();
    }
    assertThat(Torch.isGradEnabled()).isTrue();
  }

  @Test
  void restoresOnAnException() {
    assertThatThrownBy(
            () -> {
              try (var off = Torch.noGrad()) {
                w.add(ones(3));
              }
            })
        .isInstanceOf(ShapeException.class);
    assertThat(Torch.isGradEnabled()).isTrue();
  }

  @Test
  void inferenceTensorsCannotBePartOfAGraph() {
    Tensor x;
    try (var inference = Torch.inferenceMode()) {
      x = ones(2);
      assertThat(w.mul(x).requiresGrad()).isFalse();
    }
    assertThatThrownBy(() -> w.mul(x)).isInstanceOf(TorchException.class);
  }
}
