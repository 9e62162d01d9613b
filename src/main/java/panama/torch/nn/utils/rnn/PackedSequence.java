package panama.torch.nn.utils.rnn;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.Device;
import panama.torch.Tensor;
import panama.torch.TensorHolder;

/**
 * A batch of sequences of different lengths, stored without padding: first the first elements of
 * all sequences, then the second elements of all sequences that have one, and so on. The sequences
 * are ordered by decreasing length. {@link Sequences#packPaddedSequence} and {@link
 * Sequences#packSequence} create one.
 *
 * <p>Shapes: N number of sequences, * any further dimensions.
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
   * Creates packed sequences from their parts. {@link Sequences#packPaddedSequence} and {@link
   * Sequences#packSequence} compute these parts.
   *
   * @param data the elements, (sum of lengths, *)
   * @param batchSizes the number of sequences that have an element at each step, (longest length),
   *     INT64 on the CPU
   * @param sortedIndices for each packed sequence, its index in the batch, (N); null if the batch
   *     was sorted already
   * @param unsortedIndices for each sequence of the batch, its index among the packed sequences,
   *     (N); null to compute it from sortedIndices
   * @throws ArgumentException if batchSizes is empty or has another type, device or number of
   *     dimensions
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

  /** Returns N. Does not check that the sizes match the data: libtorch checks that at every use. */
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

  /**
   * Returns the number of sequences that have an element at each step, (longest length), INT64 on
   * the CPU.
   */
  public Tensor batchSizes() {
    return batchSizes;
  }

  /**
   * Returns for each packed sequence its index in the batch, (N), or null if the batch was sorted
   * already.
   */
  public @Nullable Tensor sortedIndices() {
    return sortedIndices;
  }

  /**
   * Returns for each sequence of the batch its index among the packed sequences, (N), or null if
   * the batch was sorted already.
   */
  public @Nullable Tensor unsortedIndices() {
    return unsortedIndices;
  }

  /** Returns N, the number of sequences. */
  public long batchSize() {
    return batchSize;
  }

  /**
   * Returns packed sequences with other data and the same lengths and order, such as the output of
   * a layer for this data.
   *
   * @param other the other data, (sum of lengths, *)
   * @return packed sequences that share all other tensors with this one
   */
  public PackedSequence withData(Tensor other) {
    return new PackedSequence(other, batchSizes, sortedIndices, unsortedIndices, batchSize);
  }

  /**
   * Returns packed sequences with the data converted to another type.
   *
   * @param dtype the type of the data
   * @return packed sequences that share all other tensors with this one, or this instance if the
   *     data has that type
   */
  public PackedSequence to(DType dtype) {
    return data.dtype() == dtype ? this : withData(data.to(dtype));
  }

  /**
   * Returns packed sequences with data and indices on another device. The batch sizes stay on the
   * CPU.
   *
   * @param device the device of the data and the indices
   * @return packed sequences, or this instance if the data is on that device
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

  /** Returns all tensors in the form in which PyTorch prints a PackedSequence. */
  @Override
  public String toString() {
    return "PackedSequence(data=%s, batch_sizes=%s, sorted_indices=%s, unsorted_indices=%s)"
        .formatted(data, batchSizes, orNone(sortedIndices), orNone(unsortedIndices));
  }

  private static String orNone(@Nullable Tensor indices) {
    return indices == null ? "None" : indices.toString();
  }
}
