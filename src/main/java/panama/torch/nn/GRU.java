package panama.torch.nn;

import panama.torch.Op;
import panama.torch.Torch;

/**
 * Gated recurrent unit. Cho et al., "Learning phrase representations using RNN encoder-decoder"
 * (2014), with the reset gate applied after the product, as in PyTorch and cuDNN:
 *
 * <pre>
 *   r_t = σ(W_ir x_t + b_ir + W_hr h_(t-1) + b_hr)
 *   z_t = σ(W_iz x_t + b_iz + W_hz h_(t-1) + b_hz)
 *   n_t = tanh(W_in x_t + b_in + r_t ⊙ (W_hn h_(t-1) + b_hn))
 *   h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_(t-1)
 * </pre>
 *
 * <p>The gates stand in this order in the parameters. Shapes and parameters: {@link
 * RecurrentLayer}.
 */
public final class GRU extends HiddenStateLayer<GRU> {
  private static final Op PADDED = Torch.op("aten::gru.input");
  private static final Op PACKED = Torch.op("aten::gru.data");

  private GRU(Builder options) {
    super(options.options(), 3);
  }

  /** Creates one layer with PyTorch's defaults. */
  public GRU(long inputSize, long hiddenSize) {
    this(builder(inputSize, hiddenSize));
  }

  /** Creates stacked layers with PyTorch's defaults otherwise. */
  public GRU(long inputSize, long hiddenSize, int numLayers) {
    this(builder(inputSize, hiddenSize).numLayers(numLayers));
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @throws IllegalArgumentException for a size below 1
   */
  public static Builder builder(long inputSize, long hiddenSize) {
    return new Builder(inputSize, hiddenSize);
  }

  /** The options of a GRU. */
  public static final class Builder extends RecurrentLayer.Builder<Builder> {
    private Builder(long inputSize, long hiddenSize) {
      super(inputSize, hiddenSize);
    }

    /** Creates the layer, its parameters drawn from the default generator. */
    public GRU build() {
      return new GRU(this);
    }
  }

  @Override
  Op paddedOperator() {
    return PADDED;
  }

  @Override
  Op packedOperator() {
    return PACKED;
  }
}
