package panama.torch.data;

import java.util.List;
import panama.torch.Tensor;
import panama.torch.nn.utils.rnn.PackedSequence;
import panama.torch.nn.utils.rnn.PaddingSide;
import panama.torch.nn.utils.rnn.Sequences;

/**
 * A function that packs sequences of different lengths into a batch. An example is a list of a
 * sequence (L, ...), with L at least 1, and its target. Recurrent layers return their final states
 * in the order of the batch, which is that of the targets.
 *
 * <pre>{@code
 * var loader = DataLoader.builder(dataset).batchSize(32).collate(new PackCollate()).build();
 * for (PackedBatch batch : loader) {
 *   Tensor scores = fc.forward(gru.forward(batch.data()).hN().select(0, -1)); // (32, C)
 *   Tensor loss = criterion.forward(scores, batch.targets()); // targets (32)
 * }
 * }</pre>
 */
public final class PackCollate implements Collate<List<Tensor>, PackedBatch> {
  private final Truncation truncation;

  /** Creates a function that does not shorten sequences. */
  public PackCollate() {
    truncation = Truncation.NONE;
  }

  /**
   * Creates a function that shortens long sequences.
   *
   * @param maxLength the length to which longer sequences are shortened, at least 1
   * @param side the side on which elements are removed: RIGHT keeps the beginning, LEFT the end
   * @throws IllegalArgumentException if the length is below 1
   */
  public PackCollate(long maxLength, PaddingSide side) {
    truncation = new Truncation(maxLength, side);
  }

  /**
   * Returns the packed batch.
   *
   * @param examples lists of a sequence (L, ...) and its target
   * @throws IllegalArgumentException if an example is not such a list, shapes differ or a sequence
   *     is empty
   */
  @Override
  public PackedBatch collate(List<? extends List<Tensor>> examples) {
    return new PackedBatch(
        packed(PadCollate.field(examples, 0)), Stacking.stack(PadCollate.field(examples, 1)));
  }

  /** Returns a function with the same options for sequences (L, ...) without targets. */
  public Collate<Tensor, PackedSequence> sequences() {
    return this::packed;
  }

  private PackedSequence packed(List<? extends Tensor> sequences) {
    return Sequences.packSequence(
        sequences.stream().map(truncation::apply).toList(), /* enforceSorted= */ false);
  }
}
