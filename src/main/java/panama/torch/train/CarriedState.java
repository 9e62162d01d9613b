package panama.torch.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panama.torch.ArgumentException;
import panama.torch.IndexException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.nn.HiddenStateLayer;
import panama.torch.nn.LSTM;
import panama.torch.nn.RecurrentLayer;
import panama.torch.nn.RecurrentOutput;

/**
 * The hidden state of a recurrent layer that is carried from one batch to the next, for truncated
 * backpropagation through time: gradients end at the first time step of each batch. Each batch must
 * continue the sequences of the batch before, in the same rows.
 *
 * <pre>{@code
 * var state = new CarriedState();
 * Step<Batch> step =
 *     batch -> {
 *       Tensor out = fc.forward(state.forward(lstm, batch.x()));
 *       return new StepOutput(criterion.forward(out, batch.y()));
 *     };
 * var trainer =
 *     Trainer.<Batch>builder(model, optimizer, step)
 *         .callbacks(state)
 *         .stateful("state", state)
 *         .build();
 * }</pre>
 *
 * <p>{@link #get} and {@link #set} are for models with states of other kinds. As a {@link Callback}
 * it is emptied at the start of each epoch and before each validation; as a {@link Stateful} object
 * it is part of the checkpoints.
 */
public final class CarriedState implements Callback, Stateful {
  private List<Tensor> tensors = List.of();

  /** Creates an empty state. */
  public CarriedState() {}

  /** Returns whether there is no state, as at the start of the sequences. */
  public boolean isEmpty() {
    return tensors.isEmpty();
  }

  /**
   * Returns a tensor of the state.
   *
   * @param index its position in the arguments of {@link #set}
   * @throws IndexOutOfBoundsException if there is no such tensor
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

  /**
   * Replaces the state by these tensors, detached from the graph, and frees the former state.
   *
   * @param state the tensors, such as hN and cN of an LSTM; this object frees them
   */
  public void set(Tensor... state) {
    List<Tensor> former = tensors;
    tensors = List.of(state).stream().map(Tensor::detach).map(TensorScope::exempt).toList();
    former.forEach(Tensor::close);
  }

  /**
   * Returns the output of a recurrent layer that is called with this state, or with zeros if there
   * is none, and replaces the state by the layer's final state.
   *
   * @param layer an LSTM, GRU or RNN; each layer needs a state of its own
   * @param x the input, (L, N, H_in), with batchFirst (N, L, H_in), or unbatched (L, H_in)
   * @return {@link RecurrentOutput#output()}: h of the last layer at each time step
   * @throws ArgumentException if x has a shape or type that the layer does not accept, or another N
   *     than the state
   */
  public Tensor forward(RecurrentLayer<?> layer, Tensor x) {
    return switch (layer) {
      case LSTM lstm -> {
        LSTM.Output out = isEmpty() ? lstm.forward(x) : lstm.forward(x, get(0), get(1));
        set(out.hN(), out.cN());
        yield out.output();
      }
      case HiddenStateLayer<?> other -> {
        HiddenStateLayer.Output out = isEmpty() ? other.forward(x) : other.forward(x, get(0));
        set(out.hN());
        yield out.output();
      }
    };
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
