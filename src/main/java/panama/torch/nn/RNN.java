package panama.torch.nn;

import panama.torch.Op;
import panama.torch.Torch;

/**
 * Elman's recurrent network: h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh), or relu in place of
 * tanh. Elman, "Finding structure in time" (1990). Shapes and parameters: {@link RecurrentLayer}.
 */
public final class RNN extends HiddenStateLayer<RNN> {
  private static final Op TANH = Torch.op("aten::rnn_tanh.input");
  private static final Op TANH_PACKED = Torch.op("aten::rnn_tanh.data");
  private static final Op RELU = Torch.op("aten::rnn_relu.input");
  private static final Op RELU_PACKED = Torch.op("aten::rnn_relu.data");

  private final Nonlinearity nonlinearity;

  /** The function of the sum. */
  public enum Nonlinearity {
    /** The hyperbolic tangent. */
    TANH,
    /** max(0, x). */
    RELU
  }

  private RNN(Builder options) {
    super(options.options(), 1);
    nonlinearity = options.nonlinearity;
  }

  /** Creates one layer with PyTorch's defaults. */
  public RNN(long inputSize, long hiddenSize) {
    this(builder(inputSize, hiddenSize));
  }

  /** Creates stacked layers with PyTorch's defaults otherwise. */
  public RNN(long inputSize, long hiddenSize, int numLayers) {
    this(builder(inputSize, hiddenSize).numLayers(numLayers));
  }

  /** Creates stacked layers with PyTorch's defaults otherwise. */
  public RNN(long inputSize, long hiddenSize, int numLayers, Nonlinearity nonlinearity) {
    this(builder(inputSize, hiddenSize).numLayers(numLayers).nonlinearity(nonlinearity));
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @throws IllegalArgumentException for a size below 1
   */
  public static Builder builder(long inputSize, long hiddenSize) {
    return new Builder(inputSize, hiddenSize);
  }

  /** The options of an RNN. */
  public static final class Builder extends RecurrentLayer.Builder<Builder> {
    private Nonlinearity nonlinearity = Nonlinearity.TANH;

    private Builder(long inputSize, long hiddenSize) {
      super(inputSize, hiddenSize);
    }

    /** Sets the function of the sum. Default: {@link Nonlinearity#TANH}. */
    public Builder nonlinearity(Nonlinearity nonlinearity) {
      this.nonlinearity = nonlinearity;
      return this;
    }

    /** Creates the layer, its parameters drawn from the default generator. */
    public RNN build() {
      return new RNN(this);
    }
  }

  /** Returns the function of the sum. */
  public Nonlinearity nonlinearity() {
    return nonlinearity;
  }

  @Override
  Op paddedOperator() {
    return nonlinearity == Nonlinearity.TANH ? TANH : RELU;
  }

  @Override
  Op packedOperator() {
    return nonlinearity == Nonlinearity.TANH ? TANH_PACKED : RELU_PACKED;
  }
}
