package panama.torch;

import java.util.List;
import panama.torch.internal.Recurrent;

/**
 * libtorch's functions for padding and packing sequences, with incomplete argument checks. Prefer
 * {@code panama.torch.nn.utils.rnn.Sequences}, which checks its arguments, supports unsorted
 * sequences and has PyTorch's names. The functions are not in {@link Torch}, so that wildcard
 * static imports of both classes are unambiguous.
 */
public final class Packing {
  private static final Op PAD_SEQUENCE = Op.lazy("aten::pad_sequence");

  private Packing() {}

  /**
   * Returns sequences (L_i, ...) padded to the length of the longest.
   *
   * @param sequences the sequences
   * @param batchFirst whether the result has shape (N, L, ...) rather than (L, N, ...)
   * @param paddingValue the value of padding elements
   * @param left whether to pad at the start rather than at the end
   */
  public static Tensor pad(
      List<Tensor> sequences, boolean batchFirst, double paddingValue, boolean left) {
    return PAD_SEQUENCE
        .start()
        .arg(sequences)
        .arg(batchFirst)
        .arg(paddingValue)
        .arg(left ? "left" : "right")
        .call()
        .tensor();
  }

  /**
   * Packs a padded batch that is sorted by decreasing length.
   *
   * @param x (L, N, ...), or (N, L, ...) with {@code batchFirst}
   * @param lengths the lengths (N), INT64 on the CPU, in decreasing order
   * @param batchFirst whether the batch dimension is the first
   * @return data and batch sizes
   */
  public static List<Tensor> pack(Tensor x, Tensor lengths, boolean batchFirst) {
    return Torch.wrap(Recurrent.packPadded(x.handle(), lengths.handle(), batchFirst));
  }

  /**
   * Returns a packed batch as a padded one.
   *
   * @param data the packed elements (sum of lengths, ...)
   * @param batchSizes the batch size of each step, INT64 on the CPU
   * @param batchFirst whether the result has shape (N, L, ...) rather than (L, N, ...)
   * @param paddingValue the value of padding elements
   * @param totalLength the length to pad to; -1: that of the longest sequence
   * @return padded data and lengths
   */
  public static List<Tensor> unpack(
      Tensor data, Tensor batchSizes, boolean batchFirst, double paddingValue, long totalLength) {
    return Torch.wrap(
        Recurrent.padPacked(
            data.handle(), batchSizes.handle(), batchFirst, paddingValue, totalLength));
  }
}
