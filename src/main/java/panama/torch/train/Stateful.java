package panama.torch.train;

import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/** An object with state that a {@link Checkpoint} saves, such as the position of a loader. */
public interface Stateful {
  /**
   * The state of an object.
   *
   * @param tensors its tensors by name
   * @param text its other values by name
   */
  record State(Map<String, Tensor> tensors, Map<String, String> text) implements TensorHolder {
    /** Checks that no component is null. */
    public State {
      Objects.requireNonNull(tensors, "tensors");
      Objects.requireNonNull(text, "text");
    }

    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      tensors.values().forEach(action);
    }
  }

  /** Returns the state. Its tensors may share memory with this object. */
  State state();

  /**
   * Restores the state.
   *
   * @param state a state that {@link #state} returned, perhaps in another process
   */
  void restore(State state);
}
