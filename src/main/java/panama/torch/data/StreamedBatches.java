package panama.torch.data;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The batches of a dataset that is read from its beginning to its end. */
final class StreamedBatches<T, B> implements BatchSource<B> {
  private final IterableDataset<T> dataset;
  private final int batchSize;
  private final boolean dropLast;
  private final Collate<? super T, B> collate;

  /** The epochs with resources to close; an epoch that is left early is closed with the loader. */
  private final Set<Stream> open = ConcurrentHashMap.newKeySet();

  StreamedBatches(
      IterableDataset<T> dataset, int batchSize, boolean dropLast, Collate<? super T, B> collate) {
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.dropLast = dropLast;
    this.collate = collate;
  }

  @Override
  public long size() {
    throw new UnsupportedOperationException(
        "size: the number of batches of an IterableDataset is not known");
  }

  @Override
  public Epoch<B> begin() {
    Iterator<T> examples;
    try {
      examples = dataset.iterator();
    } catch (RuntimeException e) {
      throw new DataLoaderException("the stream could not be opened: " + e, e);
    }
    Stream stream = new Stream(examples);
    if (examples instanceof AutoCloseable) {
      open.add(stream);
    }
    return stream;
  }

  @Override
  public void close() {
    open.forEach(Stream::close);
  }

  /** One iteration. At most one thread at a time runs its tasks, in order. */
  private final class Stream implements Epoch<B>, Task<B> {
    private final Iterator<T> examples;
    private long read;
    private volatile boolean ended;

    Stream(Iterator<T> examples) {
      this.examples = examples;
    }

    @Override
    public @Nullable Task<B> next() {
      return ended ? null : this;
    }

    @Override
    public boolean isInterruptible() {
      return true;
    }

    @Override
    public @Nullable B load() {
      long first = read;
      List<T> batch = readBatch();
      if (batch.isEmpty() || (dropLast && batch.size() < batchSize)) {
        return null;
      }
      try {
        return collate.collate(batch);
      } catch (RuntimeException e) {
        throw DataLoaderException.collating(LongStream.range(first, read).toArray(), e);
      }
    }

    @Override
    public void skip() {
      readBatch();
    }

    private synchronized List<T> readBatch() {
      List<T> batch = new ArrayList<>();
      try {
        while (!ended && batch.size() < batchSize) {
          if (examples.hasNext()) {
            batch.add(examples.next());
            read++;
          } else {
            ended = true;
          }
        }
      } catch (RuntimeException e) {
        ended = true;
        throw DataLoaderException.loading(read, e);
      }
      return batch;
    }

    @Override
    public synchronized void close() {
      ended = true;
      if (open.remove(this) && examples instanceof AutoCloseable resource) {
        try {
          resource.close();
        } catch (Exception e) {
          if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
          }
          throw new DataLoaderException("the stream could not be closed: " + e, e);
        }
      }
    }
  }
}
