package panama.torch.data;

import java.util.Objects;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import panama.torch.Generator;
import panama.torch.internal.Arguments;

/**
 * A sampler of the part of a dataset that one of several processes reads; PyTorch's {@code
 * DistributedSampler}. It yields every numReplicas-th index of an order that all processes compute
 * from the same seed. Call {@link #setEpoch} before each epoch; otherwise all epochs have the same
 * order.
 */
public final class DistributedSampler implements Sampler<Long> {
  private final Dataset<?> dataset;
  private final int numReplicas;
  private final int rank;
  private final boolean shuffle;
  private final long seed;
  private final boolean dropLast;
  private long epoch;

  /**
   * Creates a sampler that shuffles with the seed 0, and repeats indices if the dataset's size is
   * not divisible by numReplicas.
   *
   * @param dataset the dataset, of which only the size is read
   * @param numReplicas the number of processes, at least 1
   * @param rank the number of this process, from 0 to {@code numReplicas - 1}
   */
  public DistributedSampler(Dataset<?> dataset, int numReplicas, int rank) {
    this(dataset, numReplicas, rank, true, 0, false);
  }

  /**
   * Creates a sampler.
   *
   * @param dataset the dataset, of which only the size is read
   * @param numReplicas the number of processes, at least 1
   * @param rank the number of this process, from 0 to {@code numReplicas - 1}
   * @param shuffle whether the order is random; PyTorch's default is true
   * @param seed the seed, the same in all processes; PyTorch's default is 0
   * @param dropLast whether to omit examples, instead of repeating some, if the dataset's size is
   *     not divisible by numReplicas; PyTorch's default is false
   * @throws IllegalArgumentException if numReplicas is below 1 or there is no such rank
   */
  public DistributedSampler(
      Dataset<?> dataset, int numReplicas, int rank, boolean shuffle, long seed, boolean dropLast) {
    this.dataset = Objects.requireNonNull(dataset, "dataset");
    this.numReplicas = Arguments.positive("numReplicas", numReplicas);
    if (rank < 0 || rank >= numReplicas) {
      throw new IllegalArgumentException(
          "rank: expected 0 to %s, because numReplicas is %s, got %s"
              .formatted(numReplicas - 1, numReplicas, rank));
    }
    this.rank = rank;
    this.shuffle = shuffle;
    this.seed = seed;
    this.dropLast = dropLast;
  }

  /**
   * Sets the epoch, which is added to the seed of the next iterators.
   *
   * @param epoch the number of the epoch, from 0
   */
  public void setEpoch(long epoch) {
    this.epoch = epoch;
  }

  @Override
  public long size() {
    return size(dataset.size());
  }

  private long size(long n) {
    return dropLast ? n / numReplicas : Math.ceilDiv(n, numReplicas);
  }

  @Override
  public PrimitiveIterator.OfLong iterator() {
    long n = dataset.size();
    LongStream positions = LongStream.range(0, size(n)).map(i -> (rank + i * numReplicas) % n);
    if (!shuffle) {
      return positions.iterator();
    }
    long[] order = RandomIndices.permutation(n, new Generator().manualSeed(seed + epoch));
    return positions.map(position -> order[(int) position]).iterator();
  }
}
