package panama.torch.nn;

/**
 * One step of an {@link RNN}: h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu in place of tanh.
 * Shapes and parameters: {@link RNNCellBase}.
 */
public final class RNNCell extends HiddenStateCell<RNNCell> {
  private final RNN.Nonlinearity nonlinearity;

  /** Creates a cell with biases and tanh. */
  public RNNCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true, RNN.Nonlinearity.TANH);
  }

  /** Creates a cell with tanh, with or without biases. */
  public RNNCell(long inputSize, long hiddenSize, boolean bias) {
    this(inputSize, hiddenSize, bias, RNN.Nonlinearity.TANH);
  }

  /**
   * Creates a cell with or without biases.
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

  @Override
  protected String extraRepr() {
    return super.extraRepr() + (nonlinearity == RNN.Nonlinearity.RELU ? ", nonlinearity=relu" : "");
  }
}
