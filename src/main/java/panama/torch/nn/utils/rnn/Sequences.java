package panama.torch.nn.utils.rnn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.Device;
import panama.torch.IndexException;
import panama.torch.Op;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.ValuesAndIndices;

/**
 * Functions that pad and pack sequences of different lengths. Meant for {@code import static}.
 *
 * <p>Shapes: N number of sequences, L_i the length of sequence i, L the largest length, * any
 * further dimensions.
 */
public final class Sequences {
  private static final Op PAD = Torch.op("panama_torch::pad_sequence");
  private static final Op PACK = Torch.op("panama_torch::pack_padded_sequence");
  private static final Op UNPACK = Torch.op("panama_torch::pad_packed_sequence");

  private Sequences() {}

  // Padding

  /**
   * Pads sequences at the end with 0 to the length of the longest, PyTorch's defaults. See {@link
   * #padSequence(List, boolean, double, PaddingSide)}.
   *
   * @param sequences tensors (L_i, *)
   * @return the padded sequences, (L, N, *)
   */
  public static Tensor padSequence(List<Tensor> sequences) {
    return padSequence(sequences, false);
  }

  /**
   * Pads sequences at the end with 0 to the length of the longest. See {@link #padSequence(List,
   * boolean, double, PaddingSide)}.
   *
   * @param sequences tensors (L_i, *)
   * @param batchFirst whether N is the first dimension of the result
   * @return the padded sequences, (L, N, *), or (N, L, *) with batchFirst
   */
  public static Tensor padSequence(List<Tensor> sequences, boolean batchFirst) {
    return padSequence(sequences, batchFirst, 0);
  }

  /**
   * Pads sequences at the end to the length of the longest. See {@link #padSequence(List, boolean,
   * double, PaddingSide)}.
   *
   * @param sequences tensors (L_i, *)
   * @param batchFirst whether N is the first dimension of the result
   * @param paddingValue the value of the added elements
   * @return the padded sequences, (L, N, *), or (N, L, *) with batchFirst
   */
  public static Tensor padSequence(
      List<Tensor> sequences, boolean batchFirst, double paddingValue) {
    return padSequence(sequences, batchFirst, paddingValue, PaddingSide.RIGHT);
  }

  /**
   * Pads sequences to the length of the longest and stacks them.
   *
   * @param sequences tensors (L_i, *) with the same sizes *
   * @param batchFirst whether N is the first dimension of the result; PyTorch's default is false
   * @param paddingValue the value of the added elements; PyTorch's default is 0
   * @param side the side on which elements are added; PyTorch's default is {@link
   *     PaddingSide#RIGHT}
   * @return the padded sequences, (L, N, *), or (N, L, *) with batchFirst; of the type of the first
   *     sequence
   * @throws IllegalArgumentException if there are no sequences, if one is a scalar, or if the sizes
   *     * differ
   */
  public static Tensor padSequence(
      List<Tensor> sequences, boolean batchFirst, double paddingValue, PaddingSide side) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("sequences: expected at least one, got none");
    }
    try {
      return PAD.start()
          .arg(sequences)
          .arg(batchFirst)
          .arg(paddingValue)
          .arg(side == PaddingSide.LEFT ? "left" : "right")
          .tensor();
    } catch (ArgumentException e) {
      checkSizes(sequences);
      throw e;
    }
  }

  private static void checkSizes(List<Tensor> sequences) {
    Shape tail = tail(sequences.getFirst().shape());
    for (int i = 0; i < sequences.size(); i++) {
      Shape shape = sequences.get(i).shape();
      if (shape.dim() == 0 || !tail(shape).equals(tail)) {
        throw new ShapeException(
            String.format(
                Locale.ROOT,
                "sequences: expected all of shape (L_i%s), got %s at %d",
                tail.toString().replaceAll("^\\[(?=.)", ", ").replaceAll("]$|^\\[]$", ""),
                shape,
                i));
      }
    }
  }

  private static Shape tail(Shape shape) {
    return Shape.of(Arrays.copyOfRange(shape.toArray(), Math.min(1, shape.dim()), shape.dim()));
  }

  /**
   * Removes the padding at the end of sequences.
   *
   * @param padded the padded sequences, (L, N, *), or (N, L, *) with batchFirst
   * @param lengths the length of each sequence without padding, (N), converted to INT64; a length
   *     above L is taken as L, and one below 0 as 0
   * @param batchFirst whether N is the first dimension of padded; PyTorch's default is false
   * @return N sequences (L_i, *), which are copies
   * @throws ShapeException if padded has fewer than two dimensions or lengths is not (N)
   */
  public static List<Tensor> unpadSequence(Tensor padded, Tensor lengths, boolean batchFirst) {
    return unpadSequence(padded, toArray(lengths), batchFirst);
  }

  /**
   * Removes the padding at the end of sequences. See {@link #unpadSequence(Tensor, Tensor,
   * boolean)}.
   *
   * @param padded the padded sequences, (L, N, *), or (N, L, *) with batchFirst
   * @param lengths N lengths without padding
   * @param batchFirst whether N is the first dimension of padded
   * @return N sequences (L_i, *), which are copies
   * @throws ShapeException if padded has fewer than two dimensions or there are not N lengths
   */
  public static List<Tensor> unpadSequence(Tensor padded, long[] lengths, boolean batchFirst) {
    Shape shape = padded.shape();
    checkNumber("padded", shape, lengths, batchFirst);
    long l = shape.size(batchFirst ? 1 : 0);
    List<Tensor> sequences = new ArrayList<>();
    try (TensorScope scope = new TensorScope()) {
      for (int i = 0; i < lengths.length; i++) {
        Tensor sequence = padded.select(batchFirst ? 0 : 1, i);
        sequences.add(scope.keep(sequence.slice(0, 0, Math.clamp(lengths[i], 0, l)).clone()));
      }
    }
    return sequences;
  }

  // Packing

  /**
   * Packs a padded batch that is sorted by decreasing length, PyTorch's defaults. See {@link
   * #packPaddedSequence(Tensor, long[], boolean, boolean)}.
   *
   * @param x the padded sequences, (L, N, *)
   * @param lengths N lengths, each from 1 to L, decreasing
   * @return the packed sequences
   */
  public static PackedSequence packPaddedSequence(Tensor x, long[] lengths) {
    return packPaddedSequence(x, lengths, false);
  }

  /**
   * Packs a padded batch that is sorted by decreasing length, PyTorch's defaults. See {@link
   * #packPaddedSequence(Tensor, long[], boolean, boolean)}.
   *
   * @param x the padded sequences, (L, N, *)
   * @param lengths the lengths, each from 1 to L, decreasing, (N), converted to INT64
   * @return the packed sequences
   */
  public static PackedSequence packPaddedSequence(Tensor x, Tensor lengths) {
    return packPaddedSequence(x, lengths, false);
  }

  /**
   * Packs a padded batch that is sorted by decreasing length. See {@link
   * #packPaddedSequence(Tensor, long[], boolean, boolean)}.
   *
   * @param x the padded sequences, (L, N, *), or (N, L, *) with batchFirst
   * @param lengths N lengths, each from 1 to L, decreasing
   * @param batchFirst whether N is the first dimension of x
   * @return the packed sequences
   */
  public static PackedSequence packPaddedSequence(Tensor x, long[] lengths, boolean batchFirst) {
    return packPaddedSequence(x, lengths, batchFirst, true);
  }

  /**
   * Packs a padded batch that is sorted by decreasing length. See {@link
   * #packPaddedSequence(Tensor, long[], boolean, boolean)}.
   *
   * @param x the padded sequences, (L, N, *), or (N, L, *) with batchFirst
   * @param lengths N lengths, each from 1 to L, decreasing
   * @param batchFirst whether N is the first dimension of x
   * @return the packed sequences
   */
  public static PackedSequence packPaddedSequence(Tensor x, int[] lengths, boolean batchFirst) {
    return packPaddedSequence(x, lengths, batchFirst, true);
  }

  /**
   * Packs a padded batch that is sorted by decreasing length. See {@link
   * #packPaddedSequence(Tensor, long[], boolean, boolean)}.
   *
   * @param x the padded sequences, (L, N, *), or (N, L, *) with batchFirst
   * @param lengths the lengths, each from 1 to L, decreasing, (N), converted to INT64
   * @param batchFirst whether N is the first dimension of x
   * @return the packed sequences
   */
  public static PackedSequence packPaddedSequence(Tensor x, Tensor lengths, boolean batchFirst) {
    return packPaddedSequence(x, lengths, batchFirst, true);
  }

  /**
   * Packs a padded batch. See {@link #packPaddedSequence(Tensor, long[], boolean, boolean)}.
   *
   * @param x the padded sequences, (L, N, *), or (N, L, *) with batchFirst
   * @param lengths N lengths, each from 1 to L
   * @param batchFirst whether N is the first dimension of x
   * @param enforceSorted whether the lengths must be decreasing
   * @return the packed sequences
   */
  public static PackedSequence packPaddedSequence(
      Tensor x, int[] lengths, boolean batchFirst, boolean enforceSorted) {
    return packPaddedSequence(
        x, Arrays.stream(lengths).asLongStream().toArray(), batchFirst, enforceSorted);
  }

  /**
   * Packs a padded batch. See {@link #packPaddedSequence(Tensor, long[], boolean, boolean)}.
   *
   * @param x the padded sequences, (L, N, *), or (N, L, *) with batchFirst
   * @param lengths the lengths, each from 1 to L, (N), converted to INT64
   * @param batchFirst whether N is the first dimension of x
   * @param enforceSorted whether the lengths must be decreasing
   * @return the packed sequences
   */
  public static PackedSequence packPaddedSequence(
      Tensor x, Tensor lengths, boolean batchFirst, boolean enforceSorted) {
    return packPaddedSequence(x, toArray(lengths), batchFirst, enforceSorted);
  }

  /**
   * Packs a padded batch, so that a recurrent layer does not compute the padding.
   *
   * @param x the padded sequences, (L, N, *), or (N, L, *) with batchFirst; padded at the end
   * @param lengths N lengths without padding, each from 1 to L
   * @param batchFirst whether N is the first dimension of x; PyTorch's default is false
   * @param enforceSorted whether the lengths must be decreasing (equal lengths are allowed),
   *     PyTorch's default; if false, the sequences are sorted here, and results of recurrent layers
   *     are returned in the original order
   * @return the packed sequences
   * @throws ArgumentException if there are not N lengths, if N is 0, if a length is out of range,
   *     or if the lengths are not decreasing and enforceSorted is true
   */
  public static PackedSequence packPaddedSequence(
      Tensor x, long[] lengths, boolean batchFirst, boolean enforceSorted) {
    checkLengths(x.shape(), lengths, batchFirst, enforceSorted);
    try (TensorScope scope = new TensorScope()) {
      Tensor sizes = Torch.tensor(lengths);
      if (enforceSorted) {
        List<Tensor> packed = PACK.arg(x).arg(sizes).none().arg(batchFirst).call().tensors();
        return new PackedSequence(scope.keep(packed.get(0)), scope.keep(packed.get(1)), null, null);
      }
      // Sorting by libtorch gives equal lengths the order that they have in PyTorch.
      ValuesAndIndices sorted = sizes.sort(-1, true);
      Tensor order = sorted.indices().to(x.device());
      List<Tensor> packed =
          PACK.arg(x).arg(sorted.values()).arg(order).arg(batchFirst).call().tensors();
      return new PackedSequence(
          scope.keep(packed.get(0)),
          scope.keep(packed.get(1)),
          scope.keep(order),
          scope.keep(invertPermutation(order)));
    }
  }

  /**
   * Packs sequences that are sorted by decreasing length. See {@link #packSequence(List, boolean)}.
   *
   * @param sequences tensors (L_i, *)
   * @return the packed sequences
   */
  public static PackedSequence packSequence(List<Tensor> sequences) {
    return packSequence(sequences, true);
  }

  /**
   * Packs sequences.
   *
   * @param sequences tensors (L_i, *) with L_i at least 1 and the same sizes *
   * @param enforceSorted whether the sequences must be sorted by decreasing length, PyTorch's
   *     default; if false, they are sorted here
   * @return the packed sequences
   * @throws IllegalArgumentException if there are no sequences, if a length is 0, if the sizes *
   *     differ, or if the lengths are not decreasing and enforceSorted is true
   */
  public static PackedSequence packSequence(List<Tensor> sequences, boolean enforceSorted) {
    try (Tensor padded = padSequence(sequences, false)) {
      long[] lengths = sequences.stream().mapToLong(sequence -> sequence.size(0)).toArray();
      return packPaddedSequence(padded, lengths, false, enforceSorted);
    }
  }

  /**
   * Returns the sequences that were packed by {@link #packSequence}.
   *
   * @param packed the packed sequences
   * @return N sequences (L_i, *) in the order of the batch, which are copies
   */
  public static List<Tensor> unpackSequence(PackedSequence packed) {
    PaddedSequence padded = padPackedSequence(packed, true);
    try (Tensor data = padded.data();
        Tensor lengths = padded.lengths()) {
      return unpadSequence(data, lengths, true);
    }
  }

  /**
   * Returns the inverse of a permutation.
   *
   * @param permutation the numbers 0 to N - 1 in any order, (N), INT64
   * @return the index of each of these numbers in the permutation, (N), INT64
   * @throws ArgumentException if the permutation has another type or number of dimensions
   */
  public static Tensor invertPermutation(Tensor permutation) {
    if (permutation.dtype() != DType.INT64 || permutation.dim() != 1) {
      throw new ArgumentException(
          "permutation: expected (N), int64, got %s, %s"
              .formatted(permutation.shape(), permutation.dtype()));
    }
    try (Tensor places = Torch.arange(permutation.numel());
        Tensor there = places.to(permutation.device())) {
      Tensor inverse = Torch.zerosLike(permutation);
      return inverse.scatter_(0, permutation, there);
    }
  }

  private static long[] toArray(Tensor lengths) {
    if (lengths.dim() != 1) {
      throw new ShapeException("lengths: expected shape (N), got " + lengths.shape());
    }
    try (Tensor here = lengths.to(Device.CPU);
        Tensor whole = here.to(DType.INT64)) {
      return whole.toLongArray();
    }
  }

  private static void checkNumber(String name, Shape shape, long[] lengths, boolean batchFirst) {
    String form = batchFirst ? "(N, L, *)" : "(L, N, *)";
    if (shape.dim() < 2) {
      throw new ShapeException("%s: expected %s, got %s".formatted(name, form, shape));
    }
    long n = shape.size(batchFirst ? 0 : 1);
    if (lengths.length != n) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "lengths: expected N=%d lengths for %s of shape %s = %s, got %d%s",
              n,
              name,
              shape,
              form,
              lengths.length,
              shape.size(batchFirst ? 1 : 0) == lengths.length
                  ? "; is batchFirst=%s right?".formatted(batchFirst)
                  : ""));
    }
  }

  private static void checkLengths(
      Shape shape, long[] lengths, boolean batchFirst, boolean enforceSorted) {
    checkNumber("x", shape, lengths, batchFirst);
    String form = batchFirst ? "(N, L, *)" : "(L, N, *)";
    long l = shape.size(batchFirst ? 1 : 0);
    if (lengths.length == 0) {
      throw new ShapeException(
          "x: expected at least one sequence, got shape %s = %s".formatted(shape, form));
    }
    for (int i = 0; i < lengths.length; i++) {
      if (lengths[i] < 1 || lengths[i] > l) {
        throw new IndexException(
            String.format(
                Locale.ROOT,
                "lengths: expected each from 1 to L=%d for x of shape %s = %s, got %d at %d",
                l,
                shape,
                form,
                lengths[i],
                i));
      }
      if (enforceSorted && i > 0 && lengths[i] > lengths[i - 1]) {
        throw new ArgumentException(
            String.format(
                Locale.ROOT,
                "lengths: expected decreasing lengths because enforceSorted=true, got %d after %d"
                    + " at %d; pass enforceSorted=false to have them sorted",
                lengths[i],
                lengths[i - 1],
                i));
      }
    }
  }

  /**
   * Converts packed sequences to sequences padded with 0, PyTorch's defaults. See {@link
   * #padPackedSequence(PackedSequence, boolean, double, long)}.
   *
   * @param packed the packed sequences
   * @return the padded sequences, (L, N, *), and N lengths
   */
  public static PaddedSequence padPackedSequence(PackedSequence packed) {
    return padPackedSequence(packed, false);
  }

  /**
   * Converts packed sequences to sequences padded with 0 to the length of the longest. See {@link
   * #padPackedSequence(PackedSequence, boolean, double, long)}.
   *
   * @param packed the packed sequences
   * @param batchFirst whether N is the first dimension of the result
   * @return the padded sequences, (L, N, *), or (N, L, *) with batchFirst, and N lengths
   */
  public static PaddedSequence padPackedSequence(PackedSequence packed, boolean batchFirst) {
    return padPackedSequence(packed, batchFirst, 0, -1);
  }

  /**
   * Converts packed sequences to padded sequences, in the order of the batch.
   *
   * @param packed the packed sequences
   * @param batchFirst whether N is the first dimension of the result; PyTorch's default is false
   * @param paddingValue the value of the added elements; PyTorch's default is 0
   * @param totalLength the length L of the result, at least that of the longest sequence; -1 for
   *     that of the longest sequence, PyTorch's default
   * @return the padded sequences, (L, N, *), or (N, L, *) with batchFirst, and N lengths
   * @throws IllegalArgumentException if totalLength is below the length of the longest sequence
   */
  public static PaddedSequence padPackedSequence(
      PackedSequence packed, boolean batchFirst, double paddingValue, long totalLength) {
    long longest = packed.batchSizes().size(0);
    if (totalLength != -1 && totalLength < longest) {
      throw new ArgumentException(
          String.format(
              Locale.ROOT,
              "totalLength: expected -1 or at least the longest length %d, got %d",
              longest,
              totalLength));
    }
    try (TensorScope scope = new TensorScope()) {
      List<Tensor> padded =
          UNPACK
              .arg(packed.data())
              .arg(packed.batchSizes())
              .argOrNone(packed.unsortedIndices())
              .arg(batchFirst)
              .arg(paddingValue)
              .arg(totalLength)
              .call()
              .tensors();
      return new PaddedSequence(scope.keep(padded.get(0)), scope.keep(padded.get(1)));
    }
  }
}
