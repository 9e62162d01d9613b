package panama.torch.nn;

import panama.torch.RecurrentOp;

/**
 * A gated recurrent unit (GRU). Cho et al., "Learning phrase representations using RNN
 * encoder-decoder" (2014). As in PyTorch and cuDNN, the reset gate r is applied after the
 * multiplication by W_hn, not before it as in the paper:
 *
 * <pre>
 *   r_t = σ(W_ir x_t + b_ir + W_hr h_(t-1) + b_hr)
 *   z_t = σ(W_iz x_t + b_iz + W_hz h_(t-1) + b_hz)
 *   n_t = tanh(W_in x_t + b_in + r_t ⊙ (W_hn h_(t-1) + b_hn))
 *   h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_(t-1)
 * </pre>
 *
 * <p>σ is the logistic sigmoid and ⊙ the elementwise product. The rows of the parameters are
 * ordered r, z, n. See {@link RecurrentLayer} for the shapes and parameters.
 */
public final class GRU extends HiddenStateLayer<GRU> {
  private GRU(Builder options) {
    super(options.options(), RecurrentOp.Kind.GRU, 3);
  }

  /**
   * Creates a single layer with PyTorch's defaults: with biases, no dropout and input (L, N, H_in).
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @throws IllegalArgumentException if a size is below 1
   */
  public GRU(long inputSize, long hiddenSize) {
    this(builder(inputSize, hiddenSize));
  }

  /**
   * Creates stacked layers with PyTorch's other defaults.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @param numLayers the number of layers, 1 to 10000
   * @throws IllegalArgumentException if a size is below 1 or numLayers is out of range
   * @see #GRU(long, long)
   */
  public GRU(long inputSize, long hiddenSize, int numLayers) {
    this(builder(inputSize, hiddenSize).numLayers(numLayers));
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

  /** The options of a {@link GRU}. */
  public static final class Builder extends RecurrentLayer.Builder<Builder> {
    private Builder(long inputSize, long hiddenSize) {
      super(inputSize, hiddenSize);
    }

    @Override
    public GRU build() {
      return new GRU(this);
    }
  }
}
