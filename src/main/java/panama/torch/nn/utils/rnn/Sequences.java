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
 * Padding and packing. Meant for {@code import static}.
 *
 * <p>Shapes: N sequences, L the longest length, * any further dimensions.
 */
public final class Sequences {
  private static final Op PAD = Torch.op("aten::pad_sequence");
  private static final Op PACK = Torch.op("aten::_pack_padded_sequence");
  private static final Op UNPACK = Torch.op("aten::_pad_packed_sequence");

  private Sequences() {}

  // Padding

  /**
   * Pads sequences with 0 to the longest, to (L, N, *), PyTorch's defaults. See {@link
   * #padSequence(List, boolean, double, PaddingSide)}.
   */
  public static Tensor padSequence(List<Tensor> sequences) {
    return padSequence(sequences, false);
  }

  /**
   * Pads sequences with 0 to the longest, after their elements. See {@link #padSequence(List,
   * boolean, double, PaddingSide)}.
   */
  public static Tensor padSequence(List<Tensor> sequences, boolean batchFirst) {
    return padSequence(sequences, batchFirst, 0);
  }

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
   * @return (L, N, *), or (N, L, *) with batchFirst; of the type of the first
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
        throw new ShapeException(
            String.format(
                Locale.ROOT,
                "sequences: expected all of shape (L_i%s), got %s at %d",
                tail(first).toString().replaceAll("^\\[(?=.)", ", ").replaceAll("]$|^\\[]$", ""),
                shape,
                i));
      }
    }
    return PAD.start()
        .arg(sequences)
        .arg(batchFirst)
        .arg(paddingValue)
        .arg(side == PaddingSide.LEFT ? "left" : "right")
        .tensor();
  }

  private static Shape tail(Shape shape) {
    return Shape.of(Arrays.copyOfRange(shape.toArray(), Math.min(1, shape.dim()), shape.dim()));
  }

  /**
   * Undoes padding after the elements.
   *
   * @param padded (L, N, *), or (N, L, *) with batchFirst
   * @param lengths (N), of an integer type; above L counts as L, below 0 as 0
   * @return N sequences (L_i, *), copied
   * @throws ShapeException for another number of lengths
   */
  public static List<Tensor> unpadSequence(Tensor padded, Tensor lengths, boolean batchFirst) {
    return unpadSequence(padded, toArray(lengths), batchFirst);
  }

  /** See {@link #unpadSequence(Tensor, Tensor, boolean)}. */
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
   * Packs a padded batch (L, N, *), longest sequence first, PyTorch's defaults. See {@link
   * #packPaddedSequence(Tensor, long[], boolean, boolean)}.
   */
  public static PackedSequence packPaddedSequence(Tensor x, long[] lengths) {
    return packPaddedSequence(x, lengths, false);
  }

  /**
   * Packs a padded batch (L, N, *), longest sequence first, PyTorch's defaults. See {@link
   * #packPaddedSequence(Tensor, long[], boolean, boolean)}.
   */
  public static PackedSequence packPaddedSequence(Tensor x, Tensor lengths) {
    return packPaddedSequence(x, lengths, false);
  }

  /** Packs a padded batch, longest sequence first. */
  public static PackedSequence packPaddedSequence(Tensor x, long[] lengths, boolean batchFirst) {
    return packPaddedSequence(x, lengths, batchFirst, true);
  }

  /** Packs a padded batch, longest sequence first. */
  public static PackedSequence packPaddedSequence(Tensor x, int[] lengths, boolean batchFirst) {
    return packPaddedSequence(x, lengths, batchFirst, true);
  }

  /** Packs a padded batch, longest sequence first. */
  public static PackedSequence packPaddedSequence(Tensor x, Tensor lengths, boolean batchFirst) {
    return packPaddedSequence(x, lengths, batchFirst, true);
  }

  /** See {@link #packPaddedSequence(Tensor, long[], boolean, boolean)}. */
  public static PackedSequence packPaddedSequence(
      Tensor x, int[] lengths, boolean batchFirst, boolean enforceSorted) {
    return packPaddedSequence(
        x, Arrays.stream(lengths).asLongStream().toArray(), batchFirst, enforceSorted);
  }

  /**
   * See {@link #packPaddedSequence(Tensor, long[], boolean, boolean)}.
   *
   * @param lengths (N), taken as INT64
   */
  public static PackedSequence packPaddedSequence(
      Tensor x, Tensor lengths, boolean batchFirst, boolean enforceSorted) {
    return packPaddedSequence(x, toArray(lengths), batchFirst, enforceSorted);
  }

  /**
   * Packs a padded batch.
   *
   * @param x (L, N, *), or (N, L, *) with batchFirst; PyTorch's default is false
   * @param lengths N lengths, each from 1 to L
   * @param enforceSorted whether the lengths must be decreasing, PyTorch's default; otherwise any
   *     order will do
   * @throws ArgumentException for lengths that do not fit
   */
  public static PackedSequence packPaddedSequence(
      Tensor x, long[] lengths, boolean batchFirst, boolean enforceSorted) {
    checkLengths(x.shape(), lengths, batchFirst, enforceSorted);
    try (TensorScope scope = new TensorScope()) {
      Tensor sizes = Torch.tensor(lengths);
      if (enforceSorted) {
        List<Tensor> packed = PACK.arg(x).arg(sizes).arg(batchFirst).call().tensors();
        return new PackedSequence(scope.keep(packed.get(0)), scope.keep(packed.get(1)), null, null);
      }
      // libtorch's own sort: the order of equal lengths is PyTorch's, too.
      ValuesAndIndices sorted = sizes.sort(-1, true);
      Tensor order = sorted.indices().to(x.device());
      List<Tensor> packed =
          PACK.arg(x.indexSelect(batchFirst ? 0 : 1, order))
              .arg(sorted.values())
              .arg(batchFirst)
              .call()
              .tensors();
      return new PackedSequence(
          scope.keep(packed.get(0)),
          scope.keep(packed.get(1)),
          scope.keep(order),
          scope.keep(invertPermutation(order)));
    }
  }

  /** Packs sequences that stand longest first. See {@link #packSequence(List, boolean)}. */
  public static PackedSequence packSequence(List<Tensor> sequences) {
    return packSequence(sequences, true);
  }

  /**
   * Packs sequences.
   *
   * @param sequences each (L_i, *), L_i at least 1, alike in *
   * @param enforceSorted whether the longest must stand first, PyTorch's default; otherwise any
   *     order will do
   * @throws ArgumentException for sequences that do not fit
   */
  public static PackedSequence packSequence(List<Tensor> sequences, boolean enforceSorted) {
    try (Tensor padded = padSequence(sequences, false)) {
      long[] lengths = sequences.stream().mapToLong(sequence -> sequence.size(0)).toArray();
      return packPaddedSequence(padded, lengths, false, enforceSorted);
    }
  }

  /** Undoes {@link #packSequence}: N sequences (L_i, *) in the order of the batch, copied. */
  public static List<Tensor> unpackSequence(PackedSequence packed) {
    PaddedSequence padded = padPackedSequence(packed, true);
    try (Tensor data = padded.data();
        Tensor lengths = padded.lengths()) {
      return unpadSequence(data, lengths, true);
    }
  }

  /**
   * The inverse of a permutation.
   *
   * @param permutation (N), INT64: 0 ... N - 1 in any order
   * @return (N), where each stands in the permutation
   * @throws ArgumentException for another type or number of dimensions
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
   * Undoes packing, to (L, N, *), PyTorch's defaults. See {@link #padPackedSequence(PackedSequence,
   * boolean, double, long)}.
   */
  public static PaddedSequence padPackedSequence(PackedSequence packed) {
    return padPackedSequence(packed, false);
  }

  /**
   * Undoes packing, with 0 up to the longest. See {@link #padPackedSequence(PackedSequence,
   * boolean, double, long)}.
   */
  public static PaddedSequence padPackedSequence(PackedSequence packed, boolean batchFirst) {
    return padPackedSequence(packed, batchFirst, 0, -1);
  }

  /**
   * Undoes packing; sequences come back in the order of the batch.
   *
   * @param totalLength pads to this length, at least the longest; -1: to the longest
   * @return (L, N, *), or (N, L, *) with batchFirst, and N lengths
   * @throws IllegalArgumentException for a total length below the longest
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
              .arg(batchFirst)
              .arg(paddingValue)
              .arg(totalLength)
              .call()
              .tensors();
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
