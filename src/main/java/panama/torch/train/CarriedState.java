package panama.torch.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * The hidden state of a recurrent layer that is carried from one batch to the next, for truncated
 * back-propagation through time: gradients end at the first step of each batch.
 *
 * <pre>{@code
 * var state = new CarriedState();
 * Step<Batch> step =
 *     batch -> {
 *       LSTM.Output out = state.isEmpty()
 *           ? lstm.forward(batch.x())
 *           : lstm.forward(batch.x(), state.get(0), state.get(1));
 *       state.set(out.hN(), out.cN());
 *       return new StepOutput(criterion.forward(fc.forward(out.output()), batch.y()));
 *     };
 * Trainer.builder(model, optimizer, step).callbacks(state).stateful("state", state)
 * }</pre>
 *
 * <p>As a {@link Callback} it is emptied before each epoch and before each validation; as a {@link
 * Stateful} object it is part of the checkpoints.
 */
public final class CarriedState implements Callback, Stateful {
  private List<Tensor> tensors = List.of();

  /** Creates an empty state. */
  public CarriedState() {}

  /** Returns whether there is no state, as at the beginning of a sequence. */
  public boolean isEmpty() {
    return tensors.isEmpty();
  }

  /**
   * Returns a tensor of the state.
   *
   * @param index its position in the arguments of {@link #set}
   */
  public Tensor get(int index) {
    if (index < 0 || index >= tensors.size()) {
      throw new IndexException(
          tensors.isEmpty()
              ? "index: expected none, because the state is empty, got %s; see isEmpty()"
                  .formatted(index)
              : "index: expected 0 to %s, got %s".formatted(tensors.size() - 1, index));
    }
    return tensors.get(index);
  }

  /** Replaces the state by these tensors, detached from the graph. They belong to this object. */
  public void set(Tensor... state) {
    List<Tensor> former = tensors;
    tensors = List.of(state).stream().map(Tensor::detach).map(TensorScope::exempt).toList();
    former.forEach(Tensor::close);
  }

  /** Empties the state. */
  public void reset() {
    set();
  }

  @Override
  public void epochStarts(int epoch, long done, long batches) {
    if (done == 0) {
      reset();
    }
  }

  @Override
  public void validationStarts(int epoch) {
    reset();
  }

  @Override
  public State state() {
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (Tensor tensor : tensors) {
      named.put(Integer.toString(named.size()), tensor);
    }
    return new State(named, Map.of());
  }

  @Override
  public void restore(State state) {
    SavedState saved = new SavedState(state);
    Tensor[] restored = new Tensor[state.tensors().size()];
    for (int i = 0; i < restored.length; i++) {
      restored[i] = saved.tensor(Integer.toString(i)).clone();
    }
    set(restored);
  }
}
