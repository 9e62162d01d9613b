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
 * The recurrent cells RNNCell, LSTMCell and GRUCell: one step of a recurrent layer, for a loop
 * written by hand.
 *
 * <p>Shapes: N batch, H_in input size, H hidden size. Input is (N, H_in), states are (N, H), or
 * without N for both.
 *
 * <p>Parameters: {@code weight_ih} (gates H, H_in), {@code weight_hh} (gates H, H), {@code bias_ih}
 * and {@code bias_hh} (gates H), all uniform in ±1/√H.
 *
 * @param <M> the layer's own class
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

  /** Returns H_in. */
  public final long inputSize() {
    return inputSize;
  }

  /** Returns H. */
  public final long hiddenSize() {
    return hiddenSize;
  }

  /** Returns the weights of the input, (gates H, H_in). */
  public final Tensor weightIh() {
    return use(weightIh);
  }

  /** Returns the weights of the state, (gates H, H). */
  public final Tensor weightHh() {
    return use(weightHh);
  }

  /** Returns the bias of the input, (gates H), or null. */
  public final @Nullable Tensor biasIh() {
    return use(biasIh);
  }

  /** Returns the bias of the state, (gates H), or null. */
  public final @Nullable Tensor biasHh() {
    return use(biasHh);
  }

  /** Adds the states in the form that the operator takes. */
  abstract Op.Call arg(Op.Call call, List<Tensor> states);

  /** Returns the names of the states, h first. */
  abstract List<String> stateNames();

  /** Returns the states that are not null, of which there must be all or none. */
  final List<Tensor> given(@Nullable Tensor... states) {
    return RecurrentArguments.given(stateNames(), states);
  }

  /** Returns the next states, from zeros where none are given. */
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
