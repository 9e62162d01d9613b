package panama.torch.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.manualSeed;
import static panama.torch.Torch.randn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.nn.GRU;
import panama.torch.optim.SGD;

class CarriedStateTest {
  private final GRU gru = new GRU(2, 3);
  private final CarriedState state = new CarriedState();

  private Tensor forward(Tensor x) {
    var out = state.isEmpty() ? gru.forward(x) : gru.forward(x, state.get(0));
    state.set(out.hN());
    return out.output();
  }

  @Test
  void twoBatchesInARowHaveTheOutputsOfOneSequence() {
    manualSeed(0);
    Tensor x = randn(8, 1, 2);
    Tensor whole = gru.forward(x).output();
    Tensor first = forward(x.slice(0, 0, 4));
    Tensor second = forward(x.slice(0, 4, 8));
    assertThat(first.equal(whole.slice(0, 0, 4))).isTrue();
    assertThat(second.equal(whole.slice(0, 4, 8))).isTrue();
  }

  @Test
  void gradientsEndAtTheFirstStepOfABatch() {
    Tensor first = randn(4, 1, 2).requiresGrad_(true);
    forward(first);
    forward(randn(4, 1, 2)).sum().backward();
    assertThat(first.grad()).isNull();
  }

  @Test
  void theStateOutlivesTheScopeOfAStepAndIsFreedByTheNext() {
    Tensor kept;
    try (TensorScope scope = new TensorScope()) {
      forward(randn(4, 1, 2));
    }
    kept = state.get(0);
    assertThat(kept.isClosed()).isFalse();
    try (TensorScope scope = new TensorScope()) {
      forward(randn(4, 1, 2));
    }
    assertThat(kept.isClosed()).isTrue();
    state.reset();
    assertThat(state.isEmpty()).isTrue();
  }

  @Test
  void itIsEmptyAtTheStartOfEpochsAndValidations() {
    List<Boolean> empty = new ArrayList<>();
    Step<Tensor> step =
        x -> {
          empty.add(state.isEmpty());
          return new StepOutput(forward(x).square().mean());
        };
    List<Tensor> batches = List.of(randn(4, 1, 2), randn(4, 1, 2));
    Trainer.builder(gru, new SGD(gru.parameters(), 0.1), step)
        .epochs(2)
        .callbacks(state)
        .build()
        .fit(batches, batches);
    assertThat(empty).containsExactly(true, false, true, false, true, false, true, false);
  }

  @Test
  void itsStateIsRestored() {
    forward(randn(4, 1, 2));
    CarriedState other = new CarriedState();
    other.restore(state.state());
    assertThat(other.get(0).equal(state.get(0))).isTrue();
    state.reset();
    assertThat(other.get(0).isClosed()).isFalse();
    other.restore(new Stateful.State(Map.of(), Map.of()));
    assertThat(other.isEmpty()).isTrue();
  }

  @Test
  void tensorsThatItDoesNotHaveAreRefused() {
    assertThatThrownBy(() -> state.get(0))
        .isInstanceOf(IndexException.class)
        .hasMessageContaining("because the state is empty, got 0");
    forward(randn(4, 1, 2));
    assertThatThrownBy(() -> state.get(-1)).hasMessage("index: expected 0 to 0, got -1");
    assertThatThrownBy(() -> state.restore(new Stateful.State(Map.of("h", randn(1)), Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected a tensor named '0', got none");
  }
}
