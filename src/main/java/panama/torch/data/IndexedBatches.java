package panama.torch.data;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.IndexException;

/** The batches of a dataset that is read by index, in the order of a batch sampler. */
final class IndexedBatches<T, B> implements BatchSource<B> {
  private final Dataset<T> dataset;
  private final Sampler<long[]> sampler;
  private final Collate<? super T, B> collate;

  IndexedBatches(Dataset<T> dataset, Sampler<long[]> sampler, Collate<? super T, B> collate) {
    this.dataset = dataset;
    this.sampler = sampler;
    this.collate = collate;
  }

  @Override
  public long size() {
    return sampler.size();
  }

  @Override
  public void close() {}

  @Override
  public Epoch<B> begin() {
    Iterator<long[]> batches = sampler.iterator();
    return new Epoch<>() {
      @Override
      public @Nullable Task<B> next() {
        return batches.hasNext() ? task(batches.next()) : null;
      }

      @Override
      public boolean isInterruptible() {
        return false;
      }

      @Override
      public void close() {}
    };
  }

  private Task<B> task(long[] indices) {
    return new Task<>() {
      @Override
      public B load() {
        return batch(indices);
      }

      @Override
      public void skip() {}
    };
  }

  private B batch(long[] indices) {
    List<T> examples;
    try {
      checkIndices(indices);
      if ((Object) collate == Stacking.INSTANCE) {
        @SuppressWarnings("unchecked") // stacking yields the type of the examples
        B stacked = (B) dataset.getStacked(indices);
        if (stacked != null) {
          return stacked;
        }
      }
      examples = dataset.getItems(indices);
    } catch (DataLoaderException e) {
      throw e;
    } catch (RuntimeException e) {
      throw DataLoaderException.loading(indices, e);
    }
    try {
      return collate.collate(examples);
    } catch (RuntimeException e) {
      throw DataLoaderException.collating(indices, e);
    }
  }

  private void checkIndices(long[] indices) {
    long size = dataset.size();
    for (long index : indices) {
      try {
        ListDataset.checkIndex(index, size);
      } catch (IndexException e) {
        throw DataLoaderException.loading(index, e);
      }
    }
  }
}
