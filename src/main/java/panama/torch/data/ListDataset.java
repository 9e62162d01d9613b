package panama.torch.data;

import java.util.List;
import panama.torch.IndexException;

/** A dataset of the elements of a list. */
record ListDataset<T>(List<T> examples) implements Dataset<T> {
  @Override
  public long size() {
    return examples.size();
  }

  @Override
  public T get(long index) {
    checkIndex(index, size());
    return examples.get((int) index);
  }

  /** Checks an index of an example, for all datasets. */
  static void checkIndex(long index, long size) {
    if (index < 0 || index >= size) {
      throw new IndexException(
          size == 0
              ? "index: expected none, because the dataset is empty, got " + index
              : "index: expected 0 to " + (size - 1) + ", got " + index);
    }
  }
}
