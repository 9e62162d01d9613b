package panama.torch.data;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.IndexException;

/**
 * A dataset of some examples of another dataset; PyTorch's {@code Subset}.
 *
 * @param <T> the type of an example
 */
public final class Subset<T> implements Dataset<T> {
  private final Dataset<T> dataset;
  private final long[] indices;

  /**
   * Creates a dataset of some examples of another.
   *
   * @param dataset the other dataset
   * @param indices the indices of the examples in it, in any order and with repetitions
   * @throws IndexException if there is no such example
   */
  public Subset(Dataset<T> dataset, long... indices) {
    this.dataset = dataset;
    this.indices = indices.clone();
    long size = dataset.size();
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] < 0 || indices[i] >= size) {
        throw new IndexException(
            "indices: expected each below the dataset's size %s, got %s at %s"
                .formatted(size, indices[i], i));
      }
    }
  }

  /** Returns the dataset from which the examples are. */
  public Dataset<T> dataset() {
    return dataset;
  }

  /** Returns the indices of the examples in {@link #dataset}. */
  public long[] indices() {
    return indices.clone();
  }

  @Override
  public long size() {
    return indices.length;
  }

  @Override
  public T get(long index) {
    ListDataset.checkIndex(index, size());
    return dataset.get(indices[(int) index]);
  }

  /**
   * Returns several examples.
   *
   * @throws DataLoaderException with the index in {@link #dataset} of an example that failed
   */
  @Override
  public List<T> getItems(long... positions) {
    return dataset.getItems(at(positions));
  }

  @Override
  public @Nullable T getStacked(long... positions) {
    return dataset.getStacked(at(positions));
  }

  private long[] at(long[] positions) {
    return Arrays.stream(positions)
        .map(
            position -> {
              ListDataset.checkIndex(position, size());
              return indices[(int) position];
            })
        .toArray();
  }
}
