package panama.torch.data;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import panama.torch.Generator;
import panama.torch.internal.Arguments;

/** The random splits of a dataset, as by {@code torch.utils.data.random_split}. */
final class RandomSplit {
  /** The relative tolerance of Python's {@code math.isclose}. */
  private static final double TOLERANCE = 1e-9;

  private RandomSplit() {}

  static <T> List<Subset<T>> split(Dataset<T> dataset, long[] lengths, Generator generator) {
    for (int i = 0; i < lengths.length; i++) {
      Arguments.notNegative("lengths[" + i + "]", lengths[i]);
    }
    long size = dataset.size();
    BigInteger sum =
        Arrays.stream(lengths)
            .mapToObj(BigInteger::valueOf)
            .reduce(BigInteger.ZERO, BigInteger::add);
    if (!sum.equals(BigInteger.valueOf(size))) {
      throw new IllegalArgumentException(
          "lengths: expected the sum %s, which is the size of the dataset, got %s = %s"
              .formatted(size, Arrays.toString(lengths), sum));
    }
    long[] permutation = RandomIndices.permutation(size, generator);
    List<Subset<T>> subsets = new ArrayList<>();
    int start = 0;
    for (long length : lengths) {
      int end = start + (int) length;
      subsets.add(new Subset<>(dataset, Arrays.copyOfRange(permutation, start, end)));
      start = end;
    }
    return subsets;
  }

  /** Returns the sizes of subsets of given fractions of {@code size} examples. */
  static long[] lengths(long size, double[] fractions) {
    double sum = 0;
    for (int i = 0; i < fractions.length; i++) {
      sum += Arguments.fraction("fractions[" + i + "]", fractions[i]);
    }
    if (Math.abs(sum - 1) > TOLERANCE) {
      throw new IllegalArgumentException(
          "fractions: expected the sum 1, got %s = %s; lengths are passed as a long[]"
              .formatted(Arrays.toString(fractions), sum));
    }
    long[] lengths =
        Arrays.stream(fractions)
            .mapToLong(fraction -> (long) Math.floor(size * fraction))
            .toArray();
    long remainder = size - Arrays.stream(lengths).sum();
    for (int i = 0; i < remainder; i++) {
      lengths[i % lengths.length]++;
    }
    return lengths;
  }
}
