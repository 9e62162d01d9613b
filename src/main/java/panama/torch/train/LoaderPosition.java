package panama.torch.train;

import java.util.Map;
import panama.torch.data.DataLoader;
import panama.torch.data.LoaderState;

/** The position of a loader as a part of a checkpoint. */
record LoaderPosition(DataLoader<?> loader) implements Stateful {
  @Override
  public State state() {
    return new State(loader.state().toTensors(), Map.of());
  }

  @Override
  public void restore(State state) {
    loader.restore(LoaderState.fromTensors(state.tensors()));
  }
}
