package panama.torch.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.manualSeed;
import static panama.torch.Torch.randn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.IndexException;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.RNN;
import panama.torch.nn.RecurrentLayer;
import panama.torch.optim.SGD;

class CarriedStateTest {
  private final GRU gru = new GRU(2, 3);
  private final CarriedState state = new CarriedState();

  private Tensor forward(Tensor x) {
    return state.forward(gru, x);
  }

  static List<RecurrentLayer<?>> layers() {
    return List.of(
        new LSTM(2, 3),
        new GRU(2, 3),
        new RNN(2, 3),
        LSTM.builder(2, 3).projSize(1).build(),
        GRU.builder(2, 3).numLayers(2).build());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void twoBatchesInARowHaveTheOutputsOfOneSequence(RecurrentLayer<?> layer) {
    manualSeed(0);
    Tensor x = randn(8, 1, 2);
    Tensor whole = layer.forward(x).output();
    Tensor first = state.forward(layer, x.slice(0, 0, 4));
    Tensor second = state.forward(layer, x.slice(0, 4, 8));
    assertThat(first.equal(whole.slice(0, 0, 4))).isTrue();
    assertThat(second.equal(whole.slice(0, 4, 8))).isTrue();
  }

  @Test
  void aModelSetsStatesOfItsOwn() {
    Tensor x = randn(8, 1, 2);
    state.set(gru.forward(x.slice(0, 0, 4)).hN());
    Tensor second = gru.forward(x.slice(0, 4, 8), state.get(0)).output();
    assertThat(second.equal(gru.forward(x).output().slice(0, 4, 8))).isTrue();
  }

  @Test
  void aBatchOfAnotherSizeIsRefusedAndTheStateIsKept() {
    forward(randn(4, 1, 2));
    Tensor kept = state.get(0);
    assertThatThrownBy(() -> forward(randn(4, 3, 2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("h0");
    assertThat(state.get(0)).isSameAs(kept);
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
