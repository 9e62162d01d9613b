package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorHookTest {
  private final Tensor w = ones(2).requiresGrad_(true);

  private float[] gradient() {
    w.setGrad(null);
    w.mul(3).sum().backward();
    return w.grad().toFloatArray();
  }

  @Test
  void receivesAndReplacesTheGradient() {
    List<Tensor> seen = new ArrayList<>();
    Runnable see =
        w.registerHook(
            grad -> {
              seen.add(grad);
              return null;
            });
    assertThat(gradient()).containsExactly(3, 3);
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst().toFloatArray()).containsExactly(3, 3);
    Runnable twice = w.registerHook(grad -> grad.mul(2));
    assertThat(gradient()).containsExactly(6, 6);
    twice.run();
    see.run();
    assertThat(gradient()).containsExactly(3, 3);
    assertThat(seen).hasSize(2);
  }

  @Test
  void worksOnResults() {
    Tensor y = w.mul(3);
    y.registerHook(grad -> grad.mul(10));
    y.sum().backward();
    assertThat(w.grad().toFloatArray()).containsExactly(30, 30);
    assertThatThrownBy(() -> ones(2).registerHook(grad -> null))
        .isInstanceOf(TorchException.class)
        .hasMessageContaining("registerHook");
  }

  @Test
  void backwardThrowsWhatAHookThrows() {
    IllegalStateException mine = new IllegalStateException("mine");
    Runnable remove =
        w.registerHook(
            grad -> {
              throw mine;
            });
    assertThatThrownBy(this::gradient).isSameAs(mine);
    assertThatThrownBy(() -> Torch.grad(List.of(w.sum()), List.of(w), false)).isSameAs(mine);
    remove.run();
    w.registerHook(
        grad -> {
          throw new AssertionError("an error, too");
        });
    assertThatThrownBy(this::gradient).isInstanceOf(AssertionError.class);
    assertThat(ones(1).add(1).item()).isEqualTo(2);
  }

  /** A failed native call inside a hook does not affect the backward pass that calls the hook. */
  @Test
  void canCallOperatorsAndBackward() {
    Tensor v = ones(2).requiresGrad_(true);
    w.registerHook(
        grad -> {
          assertThatThrownBy(() -> ones(3).add(ones(4))).isInstanceOf(ShapeException.class);
          try (var on = Torch.enableGrad();
              var scope = new TensorScope()) {
            v.pow(2).sum().backward();
          }
          return null;
        });
    List<Tensor> gradients = Torch.grad(List.of(w.mul(v.detach()).sum()), List.of(w), false);
    assertThat(gradients.getFirst().toFloatArray()).containsExactly(1, 1);
    assertThat(v.grad().toFloatArray()).containsExactly(2, 2);
  }
}
