package panama.torch.nn;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.FieldPrinter;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * A cell that computes one step of an {@link LSTM} without a projection:
 *
 * <pre>
 *   i = σ(W_ii x + b_ii + W_hi h + b_hi)
 *   f = σ(W_if x + b_if + W_hf h + b_hf)
 *   g = tanh(W_ig x + b_ig + W_hg h + b_hg)
 *   o = σ(W_io x + b_io + W_ho h + b_ho)
 *   c' = f ⊙ c + i ⊙ g
 *   h' = o ⊙ tanh(c')
 * </pre>
 *
 * <p>σ is the logistic sigmoid and ⊙ the elementwise product. The rows of the parameters are
 * ordered i, f, g, o. See {@link RNNCellBase} for the shapes and parameters.
 */
public final class LSTMCell extends RNNCellBase<LSTMCell> {
  /**
   * The states after a step, to be passed to the next one.
   *
   * @param h the hidden state h', (N, H), or unbatched (H)
   * @param c the cell state c', (N, H), or unbatched (H)
   */
  public record Output(Tensor h, Tensor c) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(h);
      action.accept(c);
    }

    /** Returns the fields, one per line. */
    @Override
    public String toString() {
      return new FieldPrinter("LSTMCell.Output").add("h", h).add("c", c).toString();
    }
  }

  /**
   * Creates a cell with biases.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @throws IllegalArgumentException if a size is below 1
   */
  public LSTMCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true);
  }

  /**
   * Creates a cell with or without biases.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @param bias whether there are the biases b_ih and b_hh
   * @throws IllegalArgumentException if a size is below 1
   */
  public LSTMCell(long inputSize, long hiddenSize, boolean bias) {
    super(inputSize, hiddenSize, bias, 4, "aten::lstm_cell");
  }

  /**
   * Computes the states after one step. The states before it are zeros.
   *
   * @param x the input of the step, (N, H_in), or unbatched (H_in)
   * @return the new states
   * @throws ArgumentException if x has another shape, or a type other than that of the parameters
   */
  public Output forward(Tensor x) {
    return call(x, in -> output(step(in, List.of())));
  }

  /**
   * Computes the states after one step.
   *
   * @param x the input of the step, (N, H_in), or unbatched (H_in)
   * @param h the hidden state before the step, (N, H), or unbatched (H)
   * @param c the cell state before the step, (N, H), or unbatched (H); null for both h and c stands
   *     for zeros
   * @return the new states
   * @throws ArgumentException if x, h or c has another shape, or a type other than that of the
   *     parameters
   * @throws IllegalArgumentException if only one of h and c is null
   */
  public Output forward(Tensor x, @Nullable Tensor h, @Nullable Tensor c) {
    return call(x, in -> output(step(in, given(h, c))));
  }

  private static Output output(List<Tensor> states) {
    return new Output(states.get(0), states.get(1));
  }

  @Override
  Op.Call arg(Op.Call call, List<Tensor> states) {
    return call.arg(states);
  }

  @Override
  List<String> stateNames() {
    return List.of("h", "c");
  }
}
