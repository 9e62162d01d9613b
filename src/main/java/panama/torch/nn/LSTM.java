package panama.torch.nn;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.FieldPrinter;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * Long short-term memory. Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al.
 * (2000):
 *
 * <pre>
 *   i_t = σ(W_ii x_t + b_ii + W_hi h_(t-1) + b_hi)
 *   f_t = σ(W_if x_t + b_if + W_hf h_(t-1) + b_hf)
 *   g_t = tanh(W_ig x_t + b_ig + W_hg h_(t-1) + b_hg)
 *   o_t = σ(W_io x_t + b_io + W_ho h_(t-1) + b_ho)
 *   c_t = f_t ⊙ c_(t-1) + i_t ⊙ g_t
 *   h_t = o_t ⊙ tanh(c_t)
 * </pre>
 *
 * <p>With projSize, h_t = W_hr (o_t ⊙ tanh(c_t)): Sak et al., "Long short-term memory based
 * recurrent neural network architectures" (2014). The gates stand in this order in the parameters.
 * Shapes and parameters: {@link RecurrentLayer}.
 */
public final class LSTM extends RecurrentLayer<LSTM> {
  private static final Op PADDED = Torch.op("aten::lstm.input");
  private static final Op PACKED = Torch.op("aten::lstm.data");

  /**
   * The result for padded or unbatched input.
   *
   * @param output h of the last layer at every step: (L, N, D H_out), (N, L, D H_out) or (L, D
   *     H_out)
   * @param hN the last h of every layer and direction: (D numLayers, N, H_out) or (D numLayers,
   *     H_out)
   * @param cN the last c of every layer and direction: (D numLayers, N, H) or (D numLayers, H)
   */
  public record Output(Tensor output, Tensor hN, Tensor cN) implements RecurrentOutput {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(output);
      action.accept(hN);
      action.accept(cN);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("LSTM.Output")
          .add("output", output)
          .add("hN", hN)
          .add("cN", cN)
          .toString();
    }
  }

  /**
   * The result for packed input.
   *
   * @param output h of the last layer at every step
   * @param hN the last h of every layer and direction: (D numLayers, N, H_out)
   * @param cN the last c of every layer and direction: (D numLayers, N, H)
   */
  public record PackedOutput(PackedSequence output, Tensor hN, Tensor cN)
      implements PackedRecurrentOutput {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      output.forEachTensor(action);
      action.accept(hN);
      action.accept(cN);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("LSTM.PackedOutput")
          .add("output", output)
          .add("hN", hN)
          .add("cN", cN)
          .toString();
    }
  }

  private LSTM(Builder options) {
    super(options.options(), 4);
  }

  /** Creates one layer with PyTorch's defaults. */
  public LSTM(long inputSize, long hiddenSize) {
    this(builder(inputSize, hiddenSize));
  }

  /** Creates stacked layers with PyTorch's defaults otherwise. */
  public LSTM(long inputSize, long hiddenSize, int numLayers) {
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

  /** The options of an LSTM. */
  public static final class Builder extends RecurrentLayer.Builder<Builder> {
    private Builder(long inputSize, long hiddenSize) {
      super(inputSize, hiddenSize);
    }

    /**
     * Sets H_out, the size that h is projected to. Default: 0, none.
     *
     * @throws IllegalArgumentException below 0, and from hiddenSize up
     */
    public Builder projSize(long projSize) {
      if (projSize < 0 || projSize >= hiddenSize()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "projSize: expected 0 (none) to hiddenSize - 1 = %d, got %d",
                hiddenSize() - 1,
                projSize));
      }
      this.projSize = projSize;
      return this;
    }

    /** Creates the layer, its parameters drawn from the default generator. */
    public LSTM build() {
      return new LSTM(this);
    }
  }

  /** Returns H_out where h is projected, otherwise 0. */
  public long projSize() {
    return options().projSize();
  }

  /** Runs the layer from states of zeros. See {@link RecurrentLayer} for the shapes of x. */
  @Override
  public Output forward(Tensor x) {
    return call(x, in -> output(padded(in, List.of())));
  }

  /**
   * Runs the layer from given states, or from zeros where both are null.
   *
   * @param x see {@link RecurrentLayer} for the shapes
   * @param h0 (D numLayers, N, H_out), unbatched (D numLayers, H_out)
   * @param c0 (D numLayers, N, H), unbatched (D numLayers, H)
   */
  public Output forward(Tensor x, @Nullable Tensor h0, @Nullable Tensor c0) {
    return call(x, in -> output(padded(in, given(h0, c0))));
  }

  /** Runs the layer over packed sequences, from states of zeros. */
  @Override
  public PackedOutput forward(PackedSequence x) {
    return call(x, in -> output(in, packed(in, List.of())));
  }

  /**
   * Runs the layer over packed sequences, from given states, or from zeros where both are null.
   *
   * @param x with data (sum of lengths, H_in)
   * @param h0 (D numLayers, N, H_out)
   * @param c0 (D numLayers, N, H)
   */
  public PackedOutput forward(PackedSequence x, @Nullable Tensor h0, @Nullable Tensor c0) {
    return call(x, in -> output(in, packed(in, given(h0, c0))));
  }

  private static Output output(List<Tensor> results) {
    return new Output(results.get(0), results.get(1), results.get(2));
  }

  private static PackedOutput output(PackedSequence x, List<Tensor> results) {
    return new PackedOutput(x.withData(results.get(0)), results.get(1), results.get(2));
  }

  @Override
  List<String> stateNames() {
    return List.of("h0", "c0");
  }

  @Override
  Op.Call states(Op.Call call, List<Tensor> states) {
    return call.arg(states);
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
