package panama.torch.nn;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.FieldPrinter;
import panama.torch.Tensor;
import panama.torch.TensorHolder;
import panama.torch.Torch;
import panama.torch.nn.utils.rnn.PackedSequence;

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
public final class GRU extends RecurrentLayer<GRU> {
  /**
   * What comes out.
   *
   * @param output h of the last layer at every step: (L, N, D H), (N, L, D H) or (L, D H)
   * @param h the last h of every layer and direction: (D numLayers, N, H) or (D numLayers, H)
   */
  public record Output(Tensor output, Tensor h) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(output);
      action.accept(h);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("GRU.Output").add("output", output).add("h", h).toString();
    }
  }

  /**
   * What comes out of packed input.
   *
   * @param output h of the last layer at every step
   * @param h the last h of every layer and direction: (D numLayers, N, H)
   */
  public record PackedOutput(PackedSequence output, Tensor h) implements TensorHolder {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      output.forEachTensor(action);
      action.accept(h);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("GRU.PackedOutput").add("output", output).add("h", h).toString();
    }
  }

  private GRU(Builder options) {
    super(options, 3);
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

    /** The layer, its parameters drawn from the default generator. */
    public GRU build() {
      return new GRU(this);
    }
  }

  /** From a state of zeros. See {@link RecurrentLayer} for the shapes of x. */
  public Output forward(Tensor x) {
    return call(x, in -> output(padded(in, List.of())));
  }

  /**
   * From a given state; null: zeros.
   *
   * @param h0 (D numLayers, N, H), unbatched (D numLayers, H)
   */
  public Output forward(Tensor x, @Nullable Tensor h0) {
    return call(x, in -> output(padded(in, given(h0))));
  }

  /** Packed, from a state of zeros. */
  public PackedOutput forward(PackedSequence x) {
    return call(x, in -> output(in, packed(in, List.of())));
  }

  /**
   * Packed, from a given state; null: zeros.
   *
   * @param h0 (D numLayers, N, H)
   */
  public PackedOutput forward(PackedSequence x, @Nullable Tensor h0) {
    return call(x, in -> output(in, packed(in, given(h0))));
  }

  private static Output output(List<Tensor> results) {
    return new Output(results.get(0), results.get(1));
  }

  private static PackedOutput output(PackedSequence x, List<Tensor> results) {
    return new PackedOutput(x.withData(results.get(0)), results.get(1));
  }

  @Override
  long[] stateSizes() {
    return new long[] {hiddenSize()};
  }

  @Override
  List<String> stateNames() {
    return List.of("h0");
  }

  @Override
  List<Tensor> run(
      Tensor input,
      @Nullable Tensor batchSizes,
      List<Tensor> states,
      List<Tensor> parameters,
      Torch.RecurrentOptions options) {
    return Torch.rnn(Torch.Cell.GRU, input, batchSizes, states.getFirst(), parameters, options);
  }
}
