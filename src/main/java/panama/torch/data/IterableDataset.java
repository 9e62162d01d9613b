package panama.torch.data;

import java.util.Iterator;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A collection of examples that are read one after the other; PyTorch's {@code IterableDataset}.
 * Use it for lines of files too large for memory, rows of a query, or messages of a queue. Each
 * call of {@link #iterator} starts an epoch. An iterator that implements {@link AutoCloseable} is
 * closed by the loader at the end of the epoch, or when the loader is closed.
 *
 * <pre>{@code
 * IterableDataset<String> lines =
 *     IterableDataset.ofStreams(
 *         () -> {
 *           try {
 *             return Files.lines(path);
 *           } catch (IOException e) {
 *             throw new UncheckedIOException(e);
 *           }
 *         });
 * }</pre>
 *
 * @param <T> the type of an example
 */
@FunctionalInterface
public interface IterableDataset<T> extends Iterable<T> {
  /**
   * Returns a dataset whose epochs are the iterators of a supplier.
   *
   * @param <T> the type of an example
   * @param source called at the start of each epoch
   */
  static <T> IterableDataset<T> ofIterators(Supplier<? extends Iterator<T>> source) {
    return source::get;
  }

  /**
   * Returns a dataset whose epochs are the streams of a supplier. The loader closes each stream.
   *
   * @param <T> the type of an example
   * @param source called at the start of each epoch
   */
  static <T> IterableDataset<T> ofStreams(Supplier<? extends Stream<T>> source) {
    Objects.requireNonNull(source, "source");
    return () -> new StreamIterator<>(source.get());
  }

  /**
   * Returns a dataset whose epochs are iterations over {@code source}.
   *
   * @param <T> the type of an example
   * @param source the examples
   */
  static <T> IterableDataset<T> of(Iterable<T> source) {
    return source::iterator;
  }
}
