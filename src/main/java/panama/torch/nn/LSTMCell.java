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
 * One step of an {@link LSTM}:
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
 * <p>The gates stand in this order in the parameters. Shapes and parameters: {@link RNNCellBase}.
 */
public final class LSTMCell extends RNNCellBase<LSTMCell> {
  /**
   * The states after a step, which go into the next one.
   *
   * @param h (N, H) or (H)
   * @param c (N, H) or (H)
   */
  public record Output(Tensor h, Tensor c) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(h);
      action.accept(c);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("LSTMCell.Output").add("h", h).add("c", c).toString();
    }
  }

  /** Creates a cell with biases. */
  public LSTMCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true);
  }

  /**
   * Creates a cell with or without biases.
   *
   * @throws IllegalArgumentException for a size below 1
   */
  public LSTMCell(long inputSize, long hiddenSize, boolean bias) {
    super(inputSize, hiddenSize, bias, 4, "aten::lstm_cell");
  }

  /**
   * Returns the states after one step from states of zeros.
   *
   * @param x (N, H_in) or (H_in)
   * @throws ArgumentException for another shape or type
   */
  public Output forward(Tensor x) {
    return call(x, in -> output(step(in, List.of())));
  }

  /**
   * Returns the states after one step, from zeros where both are null.
   *
   * @param x (N, H_in) or (H_in)
   * @param h (N, H) or (H)
   * @param c (N, H) or (H)
   * @throws ArgumentException for another shape or type
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
