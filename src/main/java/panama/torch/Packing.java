package panama.torch;

import java.util.List;
import panama.torch.internal.operators.Recurrent;

/**
 * libtorch's own padding and packing, which trusts its arguments more than it should: {@code
 * panama.torch.nn.utils.rnn.Sequences} checks them, knows any order, and has PyTorch's names. Not
 * in {@link Torch}, so that wildcard static imports of both name one function each.
 */
public final class Packing {
  private static final Op PAD_SEQUENCE = Op.lazy("aten::pad_sequence");

  private Packing() {}

  /** Pads sequences (L_i, ...) to the longest; before them rather than after with {@code left}. */
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
   * Packs a padded batch, longest sequence first.
   *
   * @param lengths (N), INT64 on the CPU, decreasing
   * @return data and batch sizes
   */
  public static List<Tensor> pack(Tensor x, Tensor lengths, boolean batchFirst) {
    return Torch.wrap(Recurrent.packPadded(x.handle(), lengths.handle(), batchFirst));
  }

  /**
   * Undoes packing.
   *
   * @param totalLength pads to this length; -1: to the longest
   * @return padded data and lengths
   */
  public static List<Tensor> unpack(
      Tensor data, Tensor batchSizes, boolean batchFirst, double paddingValue, long totalLength) {
    return Torch.wrap(
        Recurrent.padPacked(
            data.handle(), batchSizes.handle(), batchFirst, paddingValue, totalLength));
  }
}
