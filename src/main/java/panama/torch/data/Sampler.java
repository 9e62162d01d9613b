package panama.torch.data;

import org.jspecify.annotations.Nullable;
import panama.torch.Generator;

/**
 * The order in which a {@link DataLoader} reads the examples of a dataset; PyTorch's {@code
 * Sampler}. Each call of {@link #iterator} starts an epoch.
 *
 * <pre>{@code
 * record EverySecond(long size) implements Sampler<Long> {
 *   public Iterator<Long> iterator() {
 *     return LongStream.range(0, size).map(i -> 2 * i).iterator();
 *   }
 * }
 * }</pre>
 *
 * @param <I> {@code Long} for a sampler of indices, {@code long[]} for a batch sampler, which
 *     yields the indices of all examples of a batch
 */
public interface Sampler<I> extends Iterable<I> {
  /** Returns the number of elements that an iterator yields. */
  long size();

  /**
   * Returns the generator that this sampler draws from; null for the default generator, or if it
   * draws no random numbers. {@link DataLoader#state} saves its state.
   */
  default @Nullable Generator generator() {
    return null;
  }
}
