package panama.torch.nn;

import panama.torch.RecurrentOp;

/**
 * Elman's recurrent network: h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh), or with ReLU
 * instead of tanh. Elman, "Finding structure in time" (1990). See {@link RecurrentLayer} for the
 * shapes and parameters.
 */
public final class RNN extends HiddenStateLayer<RNN> {
  private final Nonlinearity nonlinearity;

  /** A function that is applied to the weighted sum of the input and the state. */
  public enum Nonlinearity {
    /** The hyperbolic tangent. */
    TANH(RecurrentOp.Kind.RNN_TANH),
    /** The rectified linear unit, max(0, x). */
    RELU(RecurrentOp.Kind.RNN_RELU);

    private final RecurrentOp.Kind kind;

    Nonlinearity(RecurrentOp.Kind kind) {
      this.kind = kind;
    }
  }

  private RNN(Builder options) {
    super(options.options(), options.nonlinearity.kind, 1);
    nonlinearity = options.nonlinearity;
  }

  /**
   * Creates a single layer with PyTorch's defaults: tanh, with biases, no dropout and input (L, N,
   * H_in).
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @throws IllegalArgumentException if a size is below 1
   */
  public RNN(long inputSize, long hiddenSize) {
    this(builder(inputSize, hiddenSize));
  }

  /**
   * Creates stacked layers with PyTorch's other defaults.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @param numLayers the number of layers, 1 to 10000
   * @throws IllegalArgumentException if a size is below 1 or numLayers is out of range
   * @see #RNN(long, long)
   */
  public RNN(long inputSize, long hiddenSize, int numLayers) {
    this(builder(inputSize, hiddenSize).numLayers(numLayers));
  }

  /**
   * Creates stacked layers with a nonlinearity and PyTorch's other defaults.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @param numLayers the number of layers, 1 to 10000
   * @param nonlinearity the function that is applied to the weighted sum
   * @throws IllegalArgumentException if a size is below 1 or numLayers is out of range
   * @see #RNN(long, long)
   */
  public RNN(long inputSize, long hiddenSize, int numLayers, Nonlinearity nonlinearity) {
    this(builder(inputSize, hiddenSize).numLayers(numLayers).nonlinearity(nonlinearity));
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @return the builder
   * @throws IllegalArgumentException if a size is below 1
   */
  public static Builder builder(long inputSize, long hiddenSize) {
    return new Builder(inputSize, hiddenSize);
  }

  /** The options of an {@link RNN}. */
  public static final class Builder extends RecurrentLayer.Builder<Builder> {
    private Nonlinearity nonlinearity = Nonlinearity.TANH;

    private Builder(long inputSize, long hiddenSize) {
      super(inputSize, hiddenSize);
    }

    /**
     * Sets the function that is applied to the weighted sum of the input and the state. Default:
     * {@link Nonlinearity#TANH}.
     *
     * @param nonlinearity the function
     * @return this builder
     */
    public Builder nonlinearity(Nonlinearity nonlinearity) {
      this.nonlinearity = nonlinearity;
      return this;
    }

    @Override
    public RNN build() {
      return new RNN(this);
    }
  }

  /** Returns the function that is applied to the weighted sum of the input and the state. */
  public Nonlinearity nonlinearity() {
    return nonlinearity;
  }
}
