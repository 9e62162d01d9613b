package panama.torch.nn.utils.rnn;

import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;

/**
 * Sequences of different lengths, packed step by step: first the first elements of all, then the
 * second elements of those that have one, and so on. Made by {@link Sequences#packPaddedSequence}.
 *
 * @param data (sum of lengths, *)
 * @param batchSizes how many sequences reach each step, (longest length), INT64 on the CPU
 * @param sortedIndices (N) where each packed sequence stood in the batch; null: in this order
 * @param unsortedIndices (N) where each sequence of the batch stands packed; null: in this order
 */
public record PackedSequence(
    Tensor data,
    Tensor batchSizes,
    @Nullable Tensor sortedIndices,
    @Nullable Tensor unsortedIndices) {

  /** The same packing of other data, such as what a layer made of it. */
  public PackedSequence withData(Tensor other) {
    return new PackedSequence(other, batchSizes, sortedIndices, unsortedIndices);
  }

  /** N, the number of sequences. */
  public long batchSize() {
    try (Tensor first = batchSizes.select(0, 0)) {
      return first.itemLong();
    }
  }
}
