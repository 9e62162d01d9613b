package panama.torch.nn;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.FieldPrinter;
import panama.torch.RecurrentOp;
import panama.torch.Tensor;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * Long short-term memory (LSTM). Hochreiter and Schmidhuber, "Long short-term memory" (1997), with
 * the forget gate of Gers et al., "Learning to forget" (2000):
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
 * <p>σ is the logistic sigmoid and ⊙ the elementwise product. With a projection, h_t = W_hr (o_t ⊙
 * tanh(c_t)): Sak et al., "Long short-term memory based recurrent neural network architectures"
 * (2014). The rows of the parameters are ordered i, f, g, o. See {@link RecurrentLayer} for the
 * shapes and parameters.
 */
public final class LSTM extends RecurrentLayer<LSTM> {
  /**
   * The result for padded or unbatched input.
   *
   * @param output h of the last layer at every step: (L, N, D · H_out), with batchFirst (N, L, D ·
   *     H_out), or unbatched (L, D · H_out)
   * @param hN the final h of every layer and direction: (D · numLayers, N, H_out), or unbatched (D
   *     · numLayers, H_out)
   * @param cN the final c of every layer and direction: (D · numLayers, N, H), or unbatched (D ·
   *     numLayers, H)
   */
  public record Output(Tensor output, Tensor hN, Tensor cN) implements RecurrentOutput {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(output);
      action.accept(hN);
      action.accept(cN);
    }

    /** Returns the fields, one per line. */
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
   * @param output h of the last layer at every step, packed like the input: data (sum of lengths, D
   *     · H_out)
   * @param hN the final h of every layer and direction, in the order of the batch: (D · numLayers,
   *     N, H_out)
   * @param cN the final c of every layer and direction, in the order of the batch: (D · numLayers,
   *     N, H)
   */
  public record PackedOutput(PackedSequence output, Tensor hN, Tensor cN)
      implements PackedRecurrentOutput {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      output.forEachTensor(action);
      action.accept(hN);
      action.accept(cN);
    }

    /** Returns the fields, one per line. */
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
    super(options.options(), RecurrentOp.Kind.LSTM, 4);
  }

  /**
   * Creates a single layer with PyTorch's defaults: with biases, without a projection, no dropout
   * and input (L, N, H_in).
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @throws IllegalArgumentException if a size is below 1
   */
  public LSTM(long inputSize, long hiddenSize) {
    this(builder(inputSize, hiddenSize));
  }

  /**
   * Creates stacked layers with PyTorch's other defaults.
   *
   * @param inputSize H_in
   * @param hiddenSize H
   * @param numLayers the number of layers, 1 to 10000
   * @throws IllegalArgumentException if a size is below 1 or numLayers is out of range
   * @see #LSTM(long, long)
   */
  public LSTM(long inputSize, long hiddenSize, int numLayers) {
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

  /** The options of an {@link LSTM}. */
  public static final class Builder extends RecurrentLayer.Builder<Builder> {
    private Builder(long inputSize, long hiddenSize) {
      super(inputSize, hiddenSize);
    }

    /**
     * Sets H_out, the size to which h is projected by the parameter {@code weight_hr}. Default: 0,
     * no projection, so that H_out is H.
     *
     * @param projSize 0 to hiddenSize - 1
     * @return this builder
     * @throws IllegalArgumentException if projSize is out of range
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

    @Override
    public LSTM build() {
      return new LSTM(this);
    }
  }

  /** Returns the size to which h is projected, or 0 without a projection. */
  public long projSize() {
    return options().projSize();
  }

  /**
   * Computes the output and the final states for padded or unbatched input. The initial states are
   * zeros.
   *
   * @param x (L, N, H_in), with batchFirst (N, L, H_in), or unbatched (L, H_in)
   * @return the output of every step and the final states
   * @throws ArgumentException if x has another shape, a length of 0, or a type other than that of
   *     the parameters
   */
  @Override
  public Output forward(Tensor x) {
    return forward(x, null, null);
  }

  /**
   * Computes the output and the final states for padded or unbatched input and initial states.
   *
   * @param x (L, N, H_in), with batchFirst (N, L, H_in), or unbatched (L, H_in)
   * @param h0 the initial h, (D · numLayers, N, H_out), or unbatched (D · numLayers, H_out)
   * @param c0 the initial c, (D · numLayers, N, H), or unbatched (D · numLayers, H); null for both
   *     h0 and c0 stands for zeros
   * @return the output of every step and the final states
   * @throws ArgumentException if x, h0 or c0 has another shape, x has a length of 0, or their type
   *     is not that of the parameters
   * @throws IllegalArgumentException if only one of h0 and c0 is null
   */
  public Output forward(Tensor x, @Nullable Tensor h0, @Nullable Tensor c0) {
    return call(x, in -> padded(in, h0, c0, LSTM::output));
  }

  /**
   * Computes the output and the final states for packed sequences. The initial states are zeros.
   *
   * @param x packed sequences with data (sum of lengths, H_in)
   * @return the output of every step, packed like x, and the final states in the order of the batch
   * @throws ArgumentException if the data has another shape, or a type other than that of the
   *     parameters
   */
  @Override
  public PackedOutput forward(PackedSequence x) {
    return forward(x, null, null);
  }

  /**
   * Computes the output and the final states for packed sequences and initial states.
   *
   * @param x packed sequences with data (sum of lengths, H_in)
   * @param h0 the initial h in the order of the batch, (D · numLayers, N, H_out)
   * @param c0 the initial c in the order of the batch, (D · numLayers, N, H); null for both h0 and
   *     c0 stands for zeros
   * @return the output of every step, packed like x, and the final states in the order of the batch
   * @throws ArgumentException if the data, h0 or c0 has another shape, or a type other than that of
   *     the parameters
   * @throws IllegalArgumentException if only one of h0 and c0 is null
   */
  public PackedOutput forward(PackedSequence x, @Nullable Tensor h0, @Nullable Tensor c0) {
    return call(
        x,
        in ->
            packed(
                in,
                h0,
                c0,
                (data, hN, cN) ->
                    new PackedOutput(in.withData(data), hN, Objects.requireNonNull(cN))));
  }

  private static Output output(Tensor output, Tensor hN, @Nullable Tensor cN) {
    return new Output(output, hN, Objects.requireNonNull(cN));
  }

  @Override
  List<String> stateNames() {
    return List.of("h0", "c0");
  }
}
