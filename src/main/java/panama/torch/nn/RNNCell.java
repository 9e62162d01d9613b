package panama.torch.nn;

/**
 * A cell that computes one step of an {@link RNN}: h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or
 * with ReLU instead of tanh. See {@link RNNCellBase} for the shapes and parameters.
 */
public final class RNNCell extends HiddenStateCell<RNNCell> {
  private final RNN.Nonlinearity nonlinearity;

  /**
   * Creates a cell with biases and tanh.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @throws IllegalArgumentException if a size is below 1
   */
  public RNNCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, true, RNN.Nonlinearity.TANH);
  }

  /**
   * Creates a cell with tanh, with or without biases.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @param bias whether there are the biases b_ih and b_hh
   * @throws IllegalArgumentException if a size is below 1
   */
  public RNNCell(long inputSize, long hiddenSize, boolean bias) {
    this(inputSize, hiddenSize, bias, RNN.Nonlinearity.TANH);
  }

  /**
   * Creates a cell with or without biases, with a nonlinearity.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @param bias whether there are the biases b_ih and b_hh
   * @param nonlinearity the function that is applied to the weighted sum of the input and the state
   * @throws IllegalArgumentException if a size is below 1
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
