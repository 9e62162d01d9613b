package panama.torch.data;

import java.util.List;

/**
 * A dataset of the examples of several datasets, one after the other; PyTorch's {@code
 * ConcatDataset}.
 *
 * @param <T> the type of an example
 */
public final class ConcatDataset<T> implements Dataset<T> {
  private final List<Dataset<T>> datasets;

  /** For each dataset, the index after its last example. */
  private final long[] ends;

  /**
   * Creates a dataset of the examples of others.
   *
   * @param datasets at least one, whose sizes must not change
   * @throws IllegalArgumentException if there are none
   */
  public ConcatDataset(List<? extends Dataset<T>> datasets) {
    if (datasets.isEmpty()) {
      throw new IllegalArgumentException("datasets: expected at least one, got none");
    }
    this.datasets = List.copyOf(datasets);
    ends = this.datasets.stream().mapToLong(Dataset::size).toArray();
    for (int i = 0; i < ends.length; i++) {
      long before = i == 0 ? 0 : ends[i - 1];
      if (ends[i] < 0 || ends[i] > Long.MAX_VALUE - before) {
        throw new IllegalArgumentException(
            "datasets: expected sizes of at least 0 whose sum is a long, got %s at %s"
                .formatted(ends[i], i));
      }
      ends[i] += before;
    }
  }

  /** Returns the datasets. */
  public List<Dataset<T>> datasets() {
    return datasets;
  }

  @Override
  public long size() {
    return ends[ends.length - 1];
  }

  @Override
  public T get(long index) {
    ListDataset.checkIndex(index, size());
    int i = 0;
    while (index >= ends[i]) {
      i++;
    }
    return datasets.get(i).get(i == 0 ? index : index - ends[i - 1]);
  }
}
