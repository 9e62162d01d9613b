package panama.torch.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/**
 * A batch sampler that groups sequences of similar length, so that padded batches have little
 * padding. Each epoch shuffles the indices, cuts them into chunks of many batches, sorts each chunk
 * by length, cuts it into batches, and shuffles all batches. With fewer batches per chunk, batches
 * are more random; with more, they have less padding.
 *
 * <pre>{@code
 * long[] lengths = sequences.stream().mapToLong(sequence -> sequence.size(0)).toArray();
 * var sampler = new LengthBucketSampler(lengths, 64);
 * System.out.println(sampler.paddingWaste()); // the fraction of padding, from 0 to 1
 * var loader = DataLoader.builder(dataset).batchSampler(sampler).collate(new PadCollate()).build();
 * }</pre>
 */
public final class LengthBucketSampler implements Sampler<long[]> {
  private static final int BATCHES_PER_CHUNK = 50;

  private final long[] lengths;
  private final int batchSize;
  private final int batchesPerChunk;
  private final boolean dropLast;
  private final @Nullable Generator generator;

  /**
   * Creates a batch sampler of all indices with chunks of 50 batches, which draws from the default
   * generator.
   *
   * @param lengths the length of each sequence of the dataset, at least 0
   * @param batchSize the number of sequences of a batch, at least 1
   */
  public LengthBucketSampler(long[] lengths, int batchSize) {
    this(lengths, batchSize, BATCHES_PER_CHUNK, false, null);
  }

  /**
   * Creates a batch sampler.
   *
   * @param lengths the length of each sequence of the dataset, at least 0
   * @param batchSize the number of sequences of a batch, at least 1
   * @param batchesPerChunk the number of batches that are sorted together, at least 1; 1 makes
   *     random batches
   * @param dropLast whether to omit the one batch that may have fewer sequences than the others
   * @param generator the generator to draw from; null for the default generator
   * @throws IllegalArgumentException if a length is below 0, or another number below 1
   */
  public LengthBucketSampler(
      long[] lengths,
      int batchSize,
      int batchesPerChunk,
      boolean dropLast,
      @Nullable Generator generator) {
    for (int i = 0; i < lengths.length; i++) {
      Arguments.notNegative("lengths[" + i + "]", lengths[i]);
    }
    this.lengths = lengths.clone();
    this.batchSize = Arguments.positive("batchSize", batchSize);
    this.batchesPerChunk = Arguments.positive("batchesPerChunk", batchesPerChunk);
    this.dropLast = dropLast;
    this.generator = generator;
  }

  @Override
  public long size() {
    return dropLast ? lengths.length / batchSize : Math.ceilDiv(lengths.length, batchSize);
  }

  @Override
  public @Nullable Generator generator() {
    return generator;
  }

  @Override
  public Iterator<long[]> iterator() {
    return draw(RandomIndices.orDefault(generator)).iterator();
  }

  private List<long[]> draw(Generator source) {
    long[] order = RandomIndices.permutation(lengths.length, source);
    List<long[]> batches = new ArrayList<>();
    long chunk = (long) batchSize * batchesPerChunk;
    for (long start = 0; start < order.length; start += chunk) {
      int end = (int) Math.min(start + chunk, order.length);
      long[] sorted = sortedByLength(Arrays.copyOfRange(order, (int) start, end));
      for (int first = 0; first < sorted.length; first += batchSize) {
        int next = Math.min(first + batchSize, sorted.length);
        if (next - first == batchSize || !dropLast) {
          batches.add(Arrays.copyOfRange(sorted, first, next));
        }
      }
    }
    List<long[]> shuffled = new ArrayList<>(batches.size());
    for (long position : RandomIndices.permutation(batches.size(), source)) {
      shuffled.add(batches.get((int) position));
    }
    return Collections.unmodifiableList(shuffled);
  }

  /** Sorts indices by length; indices of equal lengths remain in their random order. */
  private long[] sortedByLength(long[] indices) {
    return LongStream.of(indices)
        .boxed()
        .sorted(Comparator.comparingLong(index -> lengths[index.intValue()]))
        .mapToLong(Long::longValue)
        .toArray();
  }

  /**
   * Returns the fraction of the positions of the next epoch's padded batches that are padding, from
   * 0 to 1. The state of the generator does not change.
   */
  public double paddingWaste() {
    Generator copy = new Generator();
    try (Tensor state = RandomIndices.orDefault(generator).getState()) {
      copy.setState(state);
    }
    return paddingWaste(draw(copy), lengths);
  }

  /**
   * Returns the fraction of positions that are padding if each batch is padded to its longest
   * sequence, from 0 to 1; 0 if there are no positions.
   *
   * @param batches the indices of the sequences of each batch, such as an epoch of a batch sampler
   * @param lengths the length of each sequence
   */
  public static double paddingWaste(Iterable<long[]> batches, long[] lengths) {
    Objects.requireNonNull(lengths, "lengths");
    long positions = 0;
    long elements = 0;
    for (long[] batch : batches) {
      long longest = 0;
      for (long index : batch) {
        ListDataset.checkIndex(index, lengths.length);
        longest = Math.max(longest, lengths[(int) index]);
        elements += lengths[(int) index];
      }
      positions += longest * batch.length;
    }
    return positions == 0 ? 0 : (double) (positions - elements) / positions;
  }
}
