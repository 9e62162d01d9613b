package panama.torch.nn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.Op;
import panama.torch.Tensor;

/**
 * One step of a {@link GRU}:
 *
 * <pre>
 *   r = σ(W_ir x + b_ir + W_hr h + b_hr)
 *   z = σ(W_iz x + b_iz + W_hz h + b_hz)
 *   n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
 *   h' = (1 - z) ⊙ n + z ⊙ h
 * </pre>
 *
 * <p>The gates stand in this order in the parameters. Shapes and parameters: {@link RNNCellBase}.
 */
public final class GRUCell extends RNNCellBase<GRUCell> {
  /** With biases. */
  public GRUCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true);
  }

  /**
   * With or without biases.
   *
   * @throws IllegalArgumentException for a size below 1
   */
  public GRUCell(long inputSize, long hiddenSize, boolean bias) {
    super(inputSize, hiddenSize, bias, 3, "aten::gru_cell");
  }

  /**
   * The state after the first step, from a state of zeros.
   *
   * @param x (N, H_in) or (H_in)
   * @return (N, H) or (H)
   * @throws ArgumentException for another shape or type
   */
  public Tensor forward(Tensor x) {
    return call(x, in -> step(in, List.of()).getFirst());
  }

  /**
   * The state after another step; null: from zeros.
   *
   * @param x (N, H_in) or (H_in)
   * @param h (N, H) or (H)
   * @return (N, H) or (H)
   * @throws ArgumentException for another shape or type
   */
  public Tensor forward(Tensor x, @Nullable Tensor h) {
    return call(x, in -> step(in, given(h)).getFirst());
  }

  @Override
  Op.Call arg(Op.Call call, List<Tensor> states) {
    return call.arg(states.getFirst());
  }

  @Override
  List<String> stateNames() {
    return List.of("h");
  }
}
