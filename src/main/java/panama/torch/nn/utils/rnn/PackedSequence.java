package panama.torch.nn.utils.rnn;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.Device;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * Sequences of different lengths, packed step by step: first the first elements of all, then the
 * second elements of those that have one, and so on. Made by {@link Sequences#packPaddedSequence}
 * and {@link Sequences#packSequence}.
 *
 * @param data (sum of lengths, *)
 * @param batchSizes how many sequences reach each step, (longest length), INT64 on the CPU
 * @param sortedIndices (N) where each packed sequence stood in the batch; null: in this order
 * @param unsortedIndices (N) where each sequence of the batch stands packed; null: worked out from
 *     sortedIndices
 */
public record PackedSequence(
    Tensor data,
    Tensor batchSizes,
    @Nullable Tensor sortedIndices,
    @Nullable Tensor unsortedIndices)
    implements TensorHolder {

  /**
   * Of these parts.
   *
   * @throws ArgumentException for batch sizes of another type, place or number of dimensions
   */
  public PackedSequence {
    // Their values are checked at every use: until then they may change.
    if (batchSizes.dtype() != DType.INT64
        || batchSizes.device().type() != Device.Type.CPU
        || batchSizes.dim() != 1
        || batchSizes.numel() == 0) {
      throw new ArgumentException(
          "batchSizes: expected one dimension of int64 on the CPU, not empty, got %s%s on %s; let packPaddedSequence or packSequence make them"
              .formatted(batchSizes.dtype(), batchSizes.shape(), batchSizes.device()));
    }
    if (unsortedIndices == null && sortedIndices != null) {
      unsortedIndices = Sequences.invertPermutation(sortedIndices);
    }
  }

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

  /** With data of another type; this very one where it already is so. */
  public PackedSequence to(DType dtype) {
    return data.dtype() == dtype ? this : withData(data.to(dtype));
  }

  /**
   * With data and indices on another device; this very one where the data already is there. Batch
   * sizes stay on the CPU.
   */
  public PackedSequence to(Device device) {
    return data.device().equals(device)
        ? this
        : new PackedSequence(
            data.to(device),
            batchSizes,
            sortedIndices == null ? null : sortedIndices.to(device),
            unsortedIndices == null ? null : unsortedIndices.to(device));
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    action.accept(data);
    action.accept(batchSizes);
    if (sortedIndices != null) {
      action.accept(sortedIndices);
    }
    if (unsortedIndices != null) {
      action.accept(unsortedIndices);
    }
  }

  /** As PyTorch prints it. */
  @Override
  public String toString() {
    return "PackedSequence(data=%s, batch_sizes=%s, sorted_indices=%s, unsorted_indices=%s)"
        .formatted(data, batchSizes, orNone(sortedIndices), orNone(unsortedIndices));
  }

  private static String orNone(@Nullable Tensor indices) {
    return indices == null ? "None" : indices.toString();
  }
}
