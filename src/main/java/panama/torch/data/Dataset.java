package panama.torch.data;

/**
 * Examples that are read by index, PyTorch's map-style {@code Dataset}.
 *
 * <p>Loaders with workers call {@link #get} from several threads at once.
 *
 * @param <T> the type of an example
 */
public interface Dataset<T> {
  /** Returns the number of examples. */
  long size();

  /**
   * Returns an example.
   *
   * @param index from 0 to {@code size() - 1}
   * @throws IndexOutOfBoundsException if there is no such example
   */
  T get(long index);
}
