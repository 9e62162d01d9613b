package panama.torch.nn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.Op;
import panama.torch.Tensor;

/**
 * One step of an {@link RNN}: h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu in place of tanh.
 * Shapes and parameters: {@link RNNCellBase}.
 */
public final class RNNCell extends RNNCellBase<RNNCell> {
  private final RNN.Nonlinearity nonlinearity;

  /** With biases, and tanh. */
  public RNNCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true, RNN.Nonlinearity.TANH);
  }

  /**
   * With or without biases.
   *
   * @throws IllegalArgumentException for a size below 1
   */
  public RNNCell(long inputSize, long hiddenSize, boolean bias, RNN.Nonlinearity nonlinearity) {
    super(
        inputSize,
        hiddenSize,
        bias,
        1,
        switch (nonlinearity) {
          case TANH -> "aten::rnn_tanh_cell";
          case RELU -> "aten::rnn_relu_cell";
        });
    this.nonlinearity = nonlinearity;
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

  @Override
  protected String extraRepr() {
    return super.extraRepr() + (nonlinearity == RNN.Nonlinearity.RELU ? ", nonlinearity=relu" : "");
  }
}
