package panama.torch.nn;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.FieldPrinter;
import panama.torch.Tensor;
import panama.torch.TensorHolder;
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
  /**
   * What comes out.
   *
   * @param output h of the last layer at every step: (L, N, D H_out), (N, L, D H_out) or (L, D
   *     H_out)
   * @param h the last h of every layer and direction: (D numLayers, N, H_out) or (D numLayers,
   *     H_out)
   * @param c the last c of every layer and direction: (D numLayers, N, H) or (D numLayers, H)
   */
  public record Output(Tensor output, Tensor h, Tensor c) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(output);
      action.accept(h);
      action.accept(c);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("LSTM.Output")
          .add("output", output)
          .add("h", h)
          .add("c", c)
          .toString();
    }
  }

  /**
   * What comes out of packed input.
   *
   * @param output h of the last layer at every step
   * @param h the last h of every layer and direction: (D numLayers, N, H_out)
   * @param c the last c of every layer and direction: (D numLayers, N, H)
   */
  public record PackedOutput(PackedSequence output, Tensor h, Tensor c) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      output.forEachTensor(action);
      action.accept(h);
      action.accept(c);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("LSTM.PackedOutput")
          .add("output", output)
          .add("h", h)
          .add("c", c)
          .toString();
    }
  }

  private LSTM(Builder options) {
    super(options, 4);
  }

  /**
   * Starts from PyTorch's defaults.
   *
   * @throws IllegalArgumentException for a size below 1
   */
  public static Builder builder(long inputSize, long hiddenSize) {
    return new Builder(inputSize, hiddenSize);
  }

  /** The options. */
  public static final class Builder extends RecurrentLayer.Builder<Builder> {
    private Builder(long inputSize, long hiddenSize) {
      super(inputSize, hiddenSize);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * H_out, the size that h is projected to. Default: 0, none.
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

    /** The layer, its parameters drawn from the default generator. */
    public LSTM build() {
      return new LSTM(this);
    }
  }

  /** H_out where h is projected, otherwise 0. */
  public long projSize() {
    return outputSize() == hiddenSize() ? 0 : outputSize();
  }

  /** From states of zeros. See {@link RecurrentLayer} for the shapes of x. */
  public Output forward(Tensor x) {
    return call(x, in -> output(padded(in, List.of())));
  }

  /**
   * From given states; null for both: zeros.
   *
   * @param h0 (D numLayers, N, H_out), unbatched (D numLayers, H_out)
   * @param c0 (D numLayers, N, H), unbatched (D numLayers, H)
   */
  public Output forward(Tensor x, @Nullable Tensor h0, @Nullable Tensor c0) {
    return call(x, in -> output(padded(in, given(h0, c0))));
  }

  /** Packed, from states of zeros. */
  public PackedOutput forward(PackedSequence x) {
    return call(x, in -> output(in, packed(in, List.of())));
  }

  /**
   * Packed, from given states; null for both: zeros.
   *
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
  long[] stateSizes() {
    return new long[] {outputSize(), hiddenSize()};
  }

  @Override
  List<String> stateNames() {
    return List.of("h0", "c0");
  }

  @Override
  List<Tensor> run(
      Tensor input,
      @Nullable Tensor batchSizes,
      List<Tensor> states,
      List<Tensor> parameters,
      Torch.RecurrentOptions options) {
    return Torch.lstm(input, batchSizes, states.get(0), states.get(1), parameters, options);
  }
}
