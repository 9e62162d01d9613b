package panama.torch.data;

import java.util.ArrayList;
import java.util.List;

/**
 * The examples of several datasets of the same size side by side, PyTorch's {@code StackDataset}:
 * an example is a list with one element of each dataset, such as an input and its target.
 *
 * @param <T> the type of the elements
 */
public final class StackDataset<T> implements Dataset<List<T>> {
  private final List<Dataset<? extends T>> datasets;

  /**
   * Creates a dataset of the examples of others.
   *
   * @param datasets at least one, all of the same size, which must not change
   * @throws IllegalArgumentException if there are none, or their sizes differ
   */
  public StackDataset(List<? extends Dataset<? extends T>> datasets) {
    if (datasets.isEmpty()) {
      throw new IllegalArgumentException("datasets: expected at least one, got none");
    }
    this.datasets = List.copyOf(datasets);
    for (int i = 1; i < datasets.size(); i++) {
      if (datasets.get(i).size() != size()) {
        throw new IllegalArgumentException(
            "datasets[%s]: expected %s examples as in datasets[0], got %s"
                .formatted(i, size(), datasets.get(i).size()));
      }
    }
  }

  /** Returns the datasets. */
  public List<Dataset<? extends T>> datasets() {
    return datasets;
  }

  @Override
  public long size() {
    return datasets.getFirst().size();
  }

  @Override
  public List<T> get(long index) {
    ListDataset.checkIndex(index, size());
    List<T> example = new ArrayList<>(datasets.size());
    datasets.forEach(dataset -> example.add(dataset.get(index)));
    return example;
  }
}
