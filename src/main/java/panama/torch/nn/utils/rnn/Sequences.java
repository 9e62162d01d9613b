package panama.torch.nn.utils.rnn;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * Padding and packing. Meant for {@code import static}.
 *
 * <p>Shapes: N sequences, L the longest length, * any further dimensions.
 */
public final class Sequences {
  private Sequences() {}

  /**
   * Pads to the longest, after the elements. See {@link #padSequence(List, boolean, double,
   * PaddingSide)}.
   */
  public static Tensor padSequence(
      List<Tensor> sequences, boolean batchFirst, double paddingValue) {
    return padSequence(sequences, batchFirst, paddingValue, PaddingSide.RIGHT);
  }

  /**
   * Pads sequences to the longest.
   *
   * @param sequences each (L_i, *), alike in *
   * @return (L, N, *), or (N, L, *) with batchFirst
   * @throws IllegalArgumentException for no sequence, a scalar, or shapes that differ beyond L
   */
  public static Tensor padSequence(
      List<Tensor> sequences, boolean batchFirst, double paddingValue, PaddingSide side) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("sequences: expected at least one, got none");
    }
    Shape first = sequences.getFirst().shape();
    for (int i = 0; i < sequences.size(); i++) {
      Shape shape = sequences.get(i).shape();
      if (shape.dim() == 0 || !tail(shape).equals(tail(first))) {
        throw new IllegalArgumentException(
            "sequences: expected all of shape (L_i%s), got %s at %d"
                .formatted(
                    tail(first)
                        .toString()
                        .replaceAll("^\\[(?=.)", ", ")
                        .replaceAll("]$|^\\[]$", ""),
                    shape,
                    i));
      }
    }
    return Torch.padSequence(sequences, batchFirst, paddingValue, side == PaddingSide.LEFT);
  }

  private static Shape tail(Shape shape) {
    return Shape.of(Arrays.copyOfRange(shape.toArray(), Math.min(1, shape.dim()), shape.dim()));
  }

  /**
   * Packs a padded batch.
   *
   * @param x (L, N, *), or (N, L, *) with batchFirst
   * @param lengths N lengths, each from 1 to L
   * @param enforceSorted whether the lengths must be decreasing; otherwise any order will do
   * @throws IllegalArgumentException for lengths that do not fit
   */
  public static PackedSequence packPaddedSequence(
      Tensor x, long[] lengths, boolean batchFirst, boolean enforceSorted) {
    checkLengths(x.shape(), lengths, batchFirst, enforceSorted);
    try (TensorScope scope = new TensorScope()) {
      if (enforceSorted) {
        List<Tensor> packed = Torch.packPaddedSequence(x, Torch.tensor(lengths), batchFirst);
        return new PackedSequence(scope.keep(packed.get(0)), scope.keep(packed.get(1)), null, null);
      }
      long[] order = decreasing(lengths);
      long[] sorted = Arrays.stream(order).map(i -> lengths[(int) i]).toArray();
      Tensor sortedIndices = Torch.tensor(order).to(x.device());
      Tensor unsortedIndices = Torch.tensor(invert(order)).to(x.device());
      List<Tensor> packed =
          Torch.packPaddedSequence(
              x.indexSelect(batchFirst ? 0 : 1, sortedIndices), Torch.tensor(sorted), batchFirst);
      return new PackedSequence(
          scope.keep(packed.get(0)),
          scope.keep(packed.get(1)),
          scope.keep(sortedIndices),
          scope.keep(unsortedIndices));
    }
  }

  private static void checkLengths(
      Shape shape, long[] lengths, boolean batchFirst, boolean enforceSorted) {
    String form = batchFirst ? "(N, L, *)" : "(L, N, *)";
    if (shape.dim() < 2) {
      throw new IllegalArgumentException("x: expected %s, got %s".formatted(form, shape));
    }
    long n = shape.size(batchFirst ? 0 : 1);
    long l = shape.size(batchFirst ? 1 : 0);
    if (lengths.length != n || n == 0) {
      throw new IllegalArgumentException(
          "lengths: expected N=%d lengths, at least one, for x of shape %s = %s, got %d"
              .formatted(n, shape, form, lengths.length));
    }
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < 1 || lengths[i] > l) {
        throw new IllegalArgumentException(
            "lengths: expected each from 1 to L=%d for x of shape %s = %s, got %d at %d"
                .formatted(l, shape, form, lengths[i], i));
      }
      if (enforceSorted && i > 0 && lengths[i] > lengths[i - 1]) {
        throw new IllegalArgumentException(
            "lengths: expected decreasing lengths because enforceSorted=true, got %d after %d at %d; pass enforceSorted=false to have them sorted"
                .formatted(lengths[i], lengths[i - 1], i));
      }
    }
  }

  /** The indices of the lengths, longest first, equal ones in their order. */
  private static long[] decreasing(long[] lengths) {
    return IntStream.range(0, lengths.length)
        .boxed()
        .sorted((a, b) -> Long.compare(lengths[b], lengths[a]))
        .mapToLong(Integer::longValue)
        .toArray();
  }

  private static long[] invert(long[] permutation) {
    long[] inverse = new long[permutation.length];
    for (int i = 0; i < permutation.length; i++) {
      inverse[(int) permutation[i]] = i;
    }
    return inverse;
  }

  /**
   * Pads with 0 to the longest. See {@link #padPackedSequence(PackedSequence, boolean, double,
   * long)}.
   */
  public static PaddedSequence padPackedSequence(PackedSequence packed, boolean batchFirst) {
    return padPackedSequence(packed, batchFirst, 0, -1);
  }

  /**
   * Undoes packing; sequences come back in the order of the batch.
   *
   * @param totalLength pads to this length, at least the longest; -1: to the longest
   * @throws IllegalArgumentException for a total length below the longest
   */
  public static PaddedSequence padPackedSequence(
      PackedSequence packed, boolean batchFirst, double paddingValue, long totalLength) {
    long longest = packed.batchSizes().size(0);
    if (totalLength != -1 && totalLength < longest) {
      throw new IllegalArgumentException(
          "totalLength: expected -1 or at least the longest length %d, got %d"
              .formatted(longest, totalLength));
    }
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> padded =
          Torch.padPackedSequence(
              packed.data(), packed.batchSizes(), batchFirst, paddingValue, totalLength);
      Tensor data = padded.get(0);
      Tensor lengths = padded.get(1);
      Tensor order = packed.unsortedIndices();
      if (order != null) {
        data = data.indexSelect(batchFirst ? 0 : 1, order);
        lengths = lengths.indexSelect(0, order.to(lengths.device()));
      }
      return new PaddedSequence(scope.keep(data), scope.keep(lengths));
    }
  }
}
