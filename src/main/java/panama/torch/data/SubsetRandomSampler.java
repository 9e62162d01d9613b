package panama.torch.data;

import java.util.Arrays;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;
import panama.torch.Generator;

/**
 * A sampler of given indices in random order; PyTorch's {@code SubsetRandomSampler}, with the same
 * order for the same seed.
 */
public final class SubsetRandomSampler implements Sampler<Long> {
  private final long[] indices;
  private final @Nullable Generator generator;

  /**
   * Creates a sampler that draws from the default generator.
   *
   * @param indices the indices
   */
  public SubsetRandomSampler(long... indices) {
    this(indices, null);
  }

  /**
   * Creates a sampler.
   *
   * @param indices the indices
   * @param generator the generator to draw from; null for the default generator
   */
  public SubsetRandomSampler(long[] indices, @Nullable Generator generator) {
    this.indices = indices.clone();
    this.generator = generator;
  }

  @Override
  public long size() {
    return indices.length;
  }

  @Override
  public @Nullable Generator generator() {
    return generator;
  }

  @Override
  public PrimitiveIterator.OfLong iterator() {
    long[] order = RandomIndices.permutation(size(), RandomIndices.orDefault(generator));
    return Arrays.stream(order).map(position -> indices[(int) position]).iterator();
  }
}
