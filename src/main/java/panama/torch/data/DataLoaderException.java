package panama.torch.data;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Thrown when a {@link DataLoader} cannot make a batch, because the dataset, the sampler or the
 * collation threw an exception, or the thread was interrupted while it waited. That exception is
 * the cause.
 */
public final class DataLoaderException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 16;

  private final long[] indices;

  DataLoaderException(String message, Throwable cause, long... indices) {
    super(message, cause);
    this.indices = indices.clone();
  }

  static DataLoaderException loading(long index, Throwable cause) {
    return new DataLoaderException(
        "example %s: loading failed: %s".formatted(index, cause), cause, index);
  }

  static DataLoaderException loading(long[] indices, Throwable cause) {
    return new DataLoaderException(
        "examples %s: loading failed: %s".formatted(list(indices), cause), cause, indices);
  }

  static DataLoaderException collating(long[] indices, Throwable cause) {
    return new DataLoaderException(
        "examples %s: collate failed: %s".formatted(list(indices), cause), cause, indices);
  }

  /** Returns an exception of the calling thread for one that a worker has thrown. */
  DataLoaderException rethrown() {
    return new DataLoaderException(getMessage(), getCause(), indices);
  }

  private static String list(long[] indices) {
    return Arrays.stream(indices)
        .limit(SHOWN)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[", indices.length > SHOWN ? ", ...]" : "]"));
  }

  /**
   * Returns the indices in the dataset of the examples that could not be read or collated: one if
   * it is known which example failed; none if the sampler failed or the wait was interrupted. In an
   * {@link IterableDataset}, the index of an example is the number of examples before it.
   */
  public long[] indices() {
    return indices.clone();
  }
}
