package panama.torch.nn;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.FieldPrinter;
import panama.torch.RecurrentOp;
import panama.torch.Tensor;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * The superclass of the recurrent layers whose only state is h: {@link RNN} and {@link GRU}. See
 * {@link RecurrentLayer} for the shapes and parameters.
 *
 * @param <M> the layer's own class
 */
public abstract sealed class HiddenStateLayer<M extends HiddenStateLayer<M>>
    extends RecurrentLayer<M> permits RNN, GRU {
  /**
   * The result for padded or unbatched input.
   *
   * @param output h of the last layer at every step: (L, N, D · H), with batchFirst (N, L, D · H),
   *     or unbatched (L, D · H)
   * @param hN the final h of every layer and direction: (D · numLayers, N, H), or unbatched (D ·
   *     numLayers, H)
   */
  public record Output(Tensor output, Tensor hN) implements RecurrentOutput {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      action.accept(output);
      action.accept(hN);
    }

    /** Returns the fields, one per line. */
    @Override
    public String toString() {
      return new FieldPrinter("Output").add("output", output).add("hN", hN).toString();
    }
  }

  /**
   * The result for packed input.
   *
   * @param output h of the last layer at every step, packed like the input: data (sum of lengths, D
   *     · H)
   * @param hN the final h of every layer and direction, in the order of the batch: (D · numLayers,
   *     N, H)
   */
  public record PackedOutput(PackedSequence output, Tensor hN) implements PackedRecurrentOutput {
    @Override
    public void forEachTensor(Consumer<? super Tensor> action) {
      output.forEachTensor(action);
      action.accept(hN);
    }

    /** Returns the fields, one per line. */
    @Override
    public String toString() {
      return new FieldPrinter("PackedOutput").add("output", output).add("hN", hN).toString();
    }
  }

  HiddenStateLayer(RecurrentOptions options, RecurrentOp.Kind kind, int gates) {
    super(options, kind, gates);
  }

  /**
   * Computes the output and the final state for padded or unbatched input. The initial state is
   * zeros.
   *
   * @param x (L, N, H_in), with batchFirst (N, L, H_in), or unbatched (L, H_in)
   * @return the output of every step and the final state
   * @throws ArgumentException if x has another shape, a length of 0, or a type other than that of
   *     the parameters
   */
  @Override
  public Output forward(Tensor x) {
    return forward(x, null);
  }

  /**
   * Computes the output and the final state for padded or unbatched input and an initial state.
   *
   * @param x (L, N, H_in), with batchFirst (N, L, H_in), or unbatched (L, H_in)
   * @param h0 the initial state, (D · numLayers, N, H), or unbatched (D · numLayers, H); null for
   *     zeros
   * @return the output of every step and the final state
   * @throws ArgumentException if x or h0 has another shape, x has a length of 0, or their type is
   *     not that of the parameters
   */
  public Output forward(Tensor x, @Nullable Tensor h0) {
    return call(x, in -> padded(in, h0, null, (output, hN, none) -> new Output(output, hN)));
  }

  /**
   * Computes the output and the final state for packed sequences. The initial state is zeros.
   *
   * @param x packed sequences with data (sum of lengths, H_in)
   * @return the output of every step, packed like x, and the final state in the order of the batch
   * @throws ArgumentException if the data has another shape, or a type other than that of the
   *     parameters
   */
  @Override
  public PackedOutput forward(PackedSequence x) {
    return forward(x, null);
  }

  /**
   * Computes the output and the final state for packed sequences and an initial state.
   *
   * @param x packed sequences with data (sum of lengths, H_in)
   * @param h0 the initial state in the order of the batch, (D · numLayers, N, H); null for zeros
   * @return the output of every step, packed like x, and the final state in the order of the batch
   * @throws ArgumentException if the data or h0 has another shape, or a type other than that of the
   *     parameters
   */
  public PackedOutput forward(PackedSequence x, @Nullable Tensor h0) {
    return call(
        x, in -> packed(in, h0, null, (data, hN, none) -> new PackedOutput(in.withData(data), hN)));
  }

  @Override
  final List<String> stateNames() {
    return List.of("h0");
  }
}
