package panama.torch.nn;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.FieldPrinter;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * The recurrent layers whose only state is h: RNN and GRU. Shapes and parameters: {@link
 * RecurrentLayer}.
 *
 * @param <M> the layer's own class
 */
public abstract sealed class HiddenStateLayer<M extends HiddenStateLayer<M>>
    extends RecurrentLayer<M> permits RNN, GRU {
  /**
   * The result for padded or unbatched input.
   *
   * @param output h of the last layer at every step: (L, N, D H), (N, L, D H) or (L, D H)
   * @param hN the last h of every layer and direction: (D numLayers, N, H) or (D numLayers, H)
   */
  public record Output(Tensor output, Tensor hN) implements RecurrentOutput {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(output);
      action.accept(hN);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("Output").add("output", output).add("hN", hN).toString();
    }
  }

  /**
   * The result for packed input.
   *
   * @param output h of the last layer at every step
   * @param hN the last h of every layer and direction: (D numLayers, N, H)
   */
  public record PackedOutput(PackedSequence output, Tensor hN) implements PackedRecurrentOutput {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      output.forEachTensor(action);
      action.accept(hN);
    }

    /** Returns the fields, one a line. */
    @Override
    public String toString() {
      return new FieldPrinter("PackedOutput").add("output", output).add("hN", hN).toString();
    }
  }

  HiddenStateLayer(RecurrentOptions options, int gates) {
    super(options, gates);
  }

  /** Runs the layer from a state of zeros. See {@link RecurrentLayer} for the shapes of x. */
  @Override
  public Output forward(Tensor x) {
    return call(x, in -> output(padded(in, List.of())));
  }

  /**
   * Runs the layer from a given state.
   *
   * @param x see {@link RecurrentLayer} for the shapes
   * @param h0 (D numLayers, N, H), unbatched (D numLayers, H); null for zeros
   */
  public Output forward(Tensor x, @Nullable Tensor h0) {
    return call(x, in -> output(padded(in, given(h0))));
  }

  /** Runs the layer over packed sequences, from a state of zeros. */
  @Override
  public PackedOutput forward(PackedSequence x) {
    return call(x, in -> output(in, packed(in, List.of())));
  }

  /**
   * Runs the layer over packed sequences, from a given state.
   *
   * @param x with data (sum of lengths, H_in)
   * @param h0 (D numLayers, N, H), in the order of the batch; null for zeros
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
  final List<String> stateNames() {
    return List.of("h0");
  }

  @Override
  final Op.Call states(Op.Call call, List<Tensor> states) {
    return call.arg(states.getFirst());
  }
}
