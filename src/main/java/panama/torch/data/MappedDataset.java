package panama.torch.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A dataset of the results of a function for the examples of another dataset. */
record MappedDataset<T, R>(Dataset<T> dataset, Function<? super T, ? extends R> function)
    implements Dataset<R> {
  @Override
  public long size() {
    return dataset.size();
  }

  @Override
  public R get(long index) {
    return function.apply(dataset.get(index));
  }

  @Override
  public List<R> getItems(long... indices) {
    List<T> items = dataset.getItems(indices);
    List<R> results = new ArrayList<>(indices.length);
    for (int i = 0; i < indices.length; i++) {
      try {
        results.add(function.apply(items.get(i)));
      } catch (RuntimeException e) {
        throw DataLoaderException.loading(indices[i], e);
      }
    }
    return results;
  }
}
