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
 * second elements of those that have one, and so on. {@link Sequences#packPaddedSequence} and
 * {@link Sequences#packSequence} make them.
 */
public final class PackedSequence implements TensorHolder {
  private final Tensor data;
  private final Tensor batchSizes;
  private final @Nullable Tensor sortedIndices;
  private final @Nullable Tensor unsortedIndices;
  private final long batchSize;

  private PackedSequence(
      Tensor data,
      Tensor batchSizes,
      @Nullable Tensor sortedIndices,
      @Nullable Tensor unsortedIndices,
      long batchSize) {
    this.data = data;
    this.batchSizes = batchSizes;
    this.sortedIndices = sortedIndices;
    this.unsortedIndices = unsortedIndices;
    this.batchSize = batchSize;
  }

  /**
   * Creates a packing of these parts.
   *
   * @param data (sum of lengths, *)
   * @param batchSizes the number of sequences that reach each step, (longest length), INT64 on the
   *     CPU
   * @param sortedIndices (N) the place in the batch of each packed sequence; null for the same
   *     order
   * @param unsortedIndices (N) the place in the packing of each sequence of the batch; null for the
   *     inverse of sortedIndices
   * @throws ArgumentException for batch sizes of another type, device or number of dimensions
   */
  public PackedSequence(
      Tensor data,
      Tensor batchSizes,
      @Nullable Tensor sortedIndices,
      @Nullable Tensor unsortedIndices) {
    this(
        data,
        batchSizes,
        sortedIndices,
        unsortedIndices == null && sortedIndices != null
            ? Sequences.invertPermutation(sortedIndices)
            : unsortedIndices,
        firstOf(batchSizes));
  }

  /** Returns N. That the sizes fit the data, native code checks at every use. */
  private static long firstOf(Tensor batchSizes) {
    if (batchSizes.dtype() != DType.INT64
        || batchSizes.device().type() != Device.Type.CPU
        || batchSizes.dim() != 1
        || batchSizes.numel() == 0) {
      throw new ArgumentException(
          "batchSizes: expected one dimension of int64 on the CPU, not empty, got %s%s on %s; let packPaddedSequence or packSequence make them"
              .formatted(batchSizes.dtype(), batchSizes.shape(), batchSizes.device()));
    }
    try (Tensor first = batchSizes.select(0, 0)) {
      return first.itemLong();
    }
  }

  /** Returns the elements, (sum of lengths, *). */
  public Tensor data() {
    return data;
  }

  /** Returns the number of sequences that reach each step: (longest length), INT64 on the CPU. */
  public Tensor batchSizes() {
    return batchSizes;
  }

  /** Returns the place in the batch of each packed sequence, (N); null for the same order. */
  public @Nullable Tensor sortedIndices() {
    return sortedIndices;
  }

  /**
   * Returns the place in the packing of each sequence of the batch, (N); null for the same order.
   */
  public @Nullable Tensor unsortedIndices() {
    return unsortedIndices;
  }

  /** Returns N, the number of sequences. */
  public long batchSize() {
    return batchSize;
  }

  /** Returns the same packing of other data, such as the output of a layer for this data. */
  public PackedSequence withData(Tensor other) {
    return new PackedSequence(other, batchSizes, sortedIndices, unsortedIndices, batchSize);
  }

  /** Returns a packing with data of another type; this very one where the type is that. */
  public PackedSequence to(DType dtype) {
    return data.dtype() == dtype ? this : withData(data.to(dtype));
  }

  /**
   * Returns a packing with data and indices on another device; this very one where the data is
   * there. Batch sizes stay on the CPU.
   */
  public PackedSequence to(Device device) {
    return data.device().equals(device)
        ? this
        : new PackedSequence(
            data.to(device),
            batchSizes,
            sortedIndices == null ? null : sortedIndices.to(device),
            unsortedIndices == null ? null : unsortedIndices.to(device),
            batchSize);
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

  /** Returns the parts as PyTorch prints them. */
  @Override
  public String toString() {
    return "PackedSequence(data=%s, batch_sizes=%s, sorted_indices=%s, unsorted_indices=%s)"
        .formatted(data, batchSizes, orNone(sortedIndices), orNone(unsortedIndices));
  }

  private static String orNone(@Nullable Tensor indices) {
    return indices == null ? "None" : indices.toString();
  }
}
