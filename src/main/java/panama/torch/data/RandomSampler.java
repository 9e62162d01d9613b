package panama.torch.data;

import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;
import panama.torch.Generator;
import panama.torch.internal.Arguments;

/**
 * A sampler of the examples in random order; PyTorch's {@code RandomSampler}, with the same order
 * for the same seed.
 *
 * <p>Without a generator, each epoch draws a seed from the default generator.
 */
public final class RandomSampler implements Sampler<Long> {
  /** The number of indices that are drawn at a time with replacement, as in PyTorch. */
  private static final int DRAWN_AT_ONCE = 32;

  private final Dataset<?> dataset;
  private final boolean replacement;

  /** Null for the size of the dataset, which may change. */
  private final @Nullable Long numSamples;

  private final @Nullable Generator generator;

  /**
   * Creates a sampler of all examples in random order.
   *
   * @param dataset the dataset, of which only the size is read
   * @throws IllegalArgumentException if the dataset is empty
   */
  public RandomSampler(Dataset<?> dataset) {
    this(dataset, null);
  }

  /**
   * Creates a sampler of all examples in random order.
   *
   * @param dataset the dataset, of which only the size is read
   * @param generator the generator to draw from; null for the default generator
   * @throws IllegalArgumentException if the dataset is empty
   */
  public RandomSampler(Dataset<?> dataset, @Nullable Generator generator) {
    this(dataset, false, null, generator);
  }

  /**
   * Creates a sampler.
   *
   * @param dataset the dataset, of which only the size is read
   * @param replacement whether an example may be drawn several times; without replacement, examples
   *     are repeated only after all have been drawn
   * @param numSamples the number of indices of an epoch, at least 1; null for the size of the
   *     dataset
   * @param generator the generator to draw from; null for the default generator
   * @throws IllegalArgumentException if numSamples is below 1 or the dataset is empty
   */
  public RandomSampler(
      Dataset<?> dataset,
      boolean replacement,
      @Nullable Long numSamples,
      @Nullable Generator generator) {
    checkedSize(dataset);
    this.dataset = dataset;
    this.replacement = replacement;
    this.numSamples =
        numSamples == null ? null : (Long) Arguments.positive("numSamples", (long) numSamples);
    this.generator = generator;
  }

  private static long checkedSize(Dataset<?> dataset) {
    long size = dataset.size();
    if (size < 1) {
      throw new IllegalArgumentException(
          "dataset: expected at least one example, got "
              + (size == 0 ? "none; an empty dataset cannot be shuffled" : "the size " + size));
    }
    return size;
  }

  @Override
  public long size() {
    return numSamples == null ? dataset.size() : numSamples;
  }

  @Override
  public @Nullable Generator generator() {
    return generator;
  }

  @Override
  public PrimitiveIterator.OfLong iterator() {
    Generator source =
        generator != null
            ? generator
            : new Generator().manualSeed(RandomIndices.seed(Generator.defaultGenerator()));
    long n = checkedSize(dataset);
    return new Draws(n, numSamples == null ? n : numSamples, source);
  }

  /**
   * Draws indices when they are needed, with the same calls as PyTorch, which makes the last call
   * even if none of its indices is used. The generator then yields the same numbers afterwards.
   */
  private final class Draws implements PrimitiveIterator.OfLong {
    private final long n;
    private final long remainder;
    private final Generator source;

    /** The number of draws whose indices are all used. */
    private long whole;

    private boolean ended;
    private long[] drawn = {};
    private int position;

    Draws(long n, long size, Generator source) {
      this.n = n;
      this.source = source;
      long atOnce = replacement ? DRAWN_AT_ONCE : n;
      whole = size / atOnce;
      remainder = size % atOnce;
    }

    @Override
    public boolean hasNext() {
      while (position == drawn.length && !ended) {
        draw();
      }
      return position < drawn.length;
    }

    private void draw() {
      ended = whole-- == 0;
      position = 0;
      if (replacement) {
        drawn = RandomIndices.integers(n, ended ? remainder : DRAWN_AT_ONCE, source);
      } else {
        long[] permutation = RandomIndices.permutation(n, source);
        drawn = ended ? Arrays.copyOf(permutation, (int) remainder) : permutation;
      }
    }

    @Override
    public long nextLong() {
      if (!hasNext()) {
        throw new NoSuchElementException("the epoch has no more indices");
      }
      return drawn[position++];
    }
  }
}
