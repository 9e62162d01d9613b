package panama.torch.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Op;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.internal.Arguments;
import panama.torch.nn.init.Init;

/**
 * The superclass of the recurrent cells {@link RNNCell}, {@link LSTMCell} and {@link GRUCell}. A
 * cell computes one step of a recurrent layer, so that a program can write the loop over time
 * itself.
 *
 * <p>Shapes: N batch, H_in input size, H hidden size. The input is (N, H_in) and states are (N, H);
 * unbatched, the input is (H_in) and states are (H). Input and states must have the type of the
 * parameters, unless autocast is enabled.
 *
 * <p>Parameters: {@code weight_ih} (gates · H, H_in), {@code weight_hh} (gates · H, H), and with
 * biases {@code bias_ih} and {@code bias_hh} (gates · H). gates is 1 for an RNN, 3 for a GRU and 4
 * for an LSTM. All are initialized uniformly in ±1/√H.
 *
 * @param <M> the cell's own class
 */
public abstract sealed class RNNCellBase<M extends RNNCellBase<M>> extends FluentModule<M>
    permits HiddenStateCell, LSTMCell {
  private final long inputSize;
  private final long hiddenSize;
  private final Op op;
  private final Tensor weightIh;
  private final Tensor weightHh;
  private final @Nullable Tensor biasIh;
  private final @Nullable Tensor biasHh;

  RNNCellBase(long inputSize, long hiddenSize, boolean bias, int gates, String operator) {
    this.inputSize = Arguments.positive("inputSize", inputSize);
    this.hiddenSize = Arguments.positive("hiddenSize", hiddenSize);
    op = Torch.op(operator);
    weightIh = register("weight_ih", Torch.empty(gates * hiddenSize, inputSize));
    weightHh = register("weight_hh", Torch.empty(gates * hiddenSize, hiddenSize));
    biasIh = bias ? register("bias_ih", Torch.empty(gates * hiddenSize)) : null;
    biasHh = bias ? register("bias_hh", Torch.empty(gates * hiddenSize)) : null;
    double bound = 1 / Math.sqrt((double) hiddenSize);
    parameters().forEach(parameter -> Init.uniform_(parameter, -bound, bound));
  }

  /** Returns the input size H_in. */
  public final long inputSize() {
    return inputSize;
  }

  /** Returns the hidden size H. */
  public final long hiddenSize() {
    return hiddenSize;
  }

  /** Returns the weights of the input, (gates · H, H_in). */
  public final Tensor weightIh() {
    return use(weightIh);
  }

  /** Returns the weights of the state, (gates · H, H). */
  public final Tensor weightHh() {
    return use(weightHh);
  }

  /** Returns the bias that belongs to the input, (gates · H), or null without biases. */
  public final @Nullable Tensor biasIh() {
    return use(biasIh);
  }

  /** Returns the bias that belongs to the state, (gates · H), or null without biases. */
  public final @Nullable Tensor biasHh() {
    return use(biasHh);
  }

  /** Adds the states as arguments: the operator of an LSTM takes a list, the others a tensor. */
  abstract Op.Call arg(Op.Call call, List<Tensor> states);

  /** Returns the names of the states, h first. */
  abstract List<String> stateNames();

  /** Returns all states, or an empty list if all are null; throws if only some are null. */
  final List<Tensor> given(@Nullable Tensor... states) {
    return RecurrentArguments.given(stateNames(), states);
  }

  /** Returns the states after one step; an empty list of states stands for zeros. */
  final List<Tensor> step(Tensor x, List<Tensor> given) {
    Shape shape = x.shape();
    boolean unbatched = shape.dim() == 1;
    if ((!unbatched && shape.dim() != 2) || shape.size(-1) != inputSize) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "x: expected shape (N, H_in) with H_in=%d, or (H_in) unbatched, got %s: the last"
                  + " dimension must be inputSize%s",
              inputSize,
              shape,
              shape.dim() == 3 ? "; a cell takes one step, x.select(dim of L, t)" : ""));
    }
    DType dtype = RecurrentArguments.dtype(x, trained(weightIh));
    long n = unbatched ? 1 : shape.size(0);
    for (int i = 0; i < given.size(); i++) {
      RecurrentArguments.state(
          stateNames().get(i),
          given.get(i),
          dtype,
          "(N, H)",
          new long[] {n, hiddenSize},
          unbatched);
    }
    if (!unbatched && !given.isEmpty()) {
      return run(x, given);
    }
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> states = new ArrayList<>();
      if (given.isEmpty()) {
        states.addAll(Collections.nCopies(stateNames().size(), x.newZeros(n, hiddenSize)));
      } else {
        given.forEach(state -> states.add(state.unsqueeze(0)));
      }
      List<Tensor> next = run(unbatched ? x.unsqueeze(0) : x, states);
      List<Tensor> results = new ArrayList<>();
      for (Tensor state : next) {
        results.add(scope.keep(unbatched ? state.squeeze(0) : state));
      }
      return results;
    }
  }

  private List<Tensor> run(Tensor x, List<Tensor> states) {
    Op.Call call = arg(op.arg(x), states).arg(weightIh()).arg(weightHh());
    call.argOrNone(biasIh()).argOrNone(biasHh());
    return call.call().tensors();
  }

  @Override
  protected String extraRepr() {
    return String.format(
        Locale.ROOT, "%d, %d%s", inputSize, hiddenSize, biasIh == null ? ", bias=False" : "");
  }
}
