package panama.torch.data;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import panama.torch.Generator;
import panama.torch.internal.Arguments;

/**
 * A batch sampler that groups the indices of another sampler; PyTorch's {@code BatchSampler}.
 *
 * <pre>{@code
 * var sampler = new BatchSampler(new RandomSampler(dataset), 32, false);
 * var loader = DataLoader.builder(dataset).batchSampler(sampler).build();
 * }</pre>
 */
public final class BatchSampler implements Sampler<long[]> {
  private static final int FIRST_CAPACITY = 1024;

  private final Sampler<Long> sampler;
  private final int batchSize;
  private final boolean dropLast;

  /**
   * Creates a batch sampler.
   *
   * @param sampler the sampler of the indices
   * @param batchSize the number of indices of a batch, at least 1
   * @param dropLast whether to omit the last batch if it has fewer indices than the others
   * @throws IllegalArgumentException if the batch size is below 1
   */
  public BatchSampler(Sampler<Long> sampler, int batchSize, boolean dropLast) {
    this.sampler = Objects.requireNonNull(sampler, "sampler");
    this.batchSize = Arguments.positive("batchSize", batchSize);
    this.dropLast = dropLast;
  }

  @Override
  public long size() {
    return dropLast ? sampler.size() / batchSize : Math.ceilDiv(sampler.size(), batchSize);
  }

  @Override
  public @Nullable Generator generator() {
    return sampler.generator();
  }

  /** Returns an iterator that starts the epoch of the other sampler at its first use. */
  @Override
  public Iterator<long[]> iterator() {
    return new Batches();
  }

  private final class Batches implements Iterator<long[]> {
    /**
     * Null before the first use, so that the loader draws the seed of its workers first, as in
     * PyTorch.
     */
    private @Nullable Iterator<Long> indices;

    private long @Nullable [] next;

    @Override
    public boolean hasNext() {
      if (next == null) {
        next = read();
      }
      return next != null;
    }

    private long @Nullable [] read() {
      if (indices == null) {
        indices = sampler.iterator();
      }
      // Grows, since a batch size above that of the dataset makes one batch of all.
      long[] batch = new long[Math.min(batchSize, FIRST_CAPACITY)];
      int count = 0;
      while (count < batchSize && indices.hasNext()) {
        if (count == batch.length) {
          batch = Arrays.copyOf(batch, (int) Math.min(2L * count, batchSize));
        }
        batch[count++] = indices.next();
      }
      if (count < batchSize && (count == 0 || dropLast)) {
        return null;
      }
      return count == batch.length ? batch : Arrays.copyOf(batch, count);
    }

    @Override
    public long[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the epoch has no more batches");
      }
      long[] batch = next;
      next = null;
      return batch;
    }
  }
}
