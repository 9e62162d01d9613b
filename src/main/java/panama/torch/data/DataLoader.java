package panama.torch.data;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import panama.torch.Generator;
import panama.torch.internal.Arguments;

/**
 * An iterable over the batches of a dataset; PyTorch's {@code DataLoader}. Each iteration is an
 * epoch.
 *
 * <pre>{@code
 * try (var loader = DataLoader.builder(dataset).batchSize(32).shuffle(true).workers(2).build()) {
 *   for (int epoch = 0; epoch < 10; epoch++) {
 *     for (List<Tensor> batch : loader) {
 *       ...
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p><b>Order.</b> With the same seed, the order of examples is PyTorch's, with an explicit
 * generator or with the default one after {@link panama.torch.Torch#manualSeed}. It does not depend
 * on the number of workers: samplers run on the calling thread.
 *
 * <p><b>Memory.</b> The tensors of a batch belong to the innermost {@link panama.torch.TensorScope}
 * of the thread that calls {@link BatchIterator#next}. In a {@code for} loop, that is the scope
 * around the loop; to free each batch before the next is loaded, take it in a scope of its own:
 *
 * <pre>{@code
 * for (var batches = loader.iterator(); batches.hasNext(); ) {
 *   try (var scope = new TensorScope()) {
 *     List<Tensor> batch = batches.next();
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p><b>Workers</b> are daemon threads that read the dataset and collate ahead of the caller. They
 * end when the loader is closed, or when they have been idle for five seconds. Several iterations
 * at the same time share them. An exception of a worker is thrown by the call of next() that would
 * return its batch. Random numbers that a dataset draws from the default generator are not
 * reproducible with workers.
 *
 * <p><b>Position.</b> {@link #state} and {@link #restore} save the position in an epoch and
 * continue there:
 *
 * <pre>{@code
 * SafeTensors.save(path, loader.state().toTensors());
 * ...
 * loader.restore(LoaderState.fromTensors(SafeTensors.load(path)));
 * }</pre>
 *
 * @param <B> the type of a batch
 */
public final class DataLoader<B> implements Iterable<B>, AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  /** More threads are a mistake; also the most batches that one makes ahead. */
  private static final int MOST_WORKERS = 1024;

  private static final AtomicInteger WORKERS = new AtomicInteger();

  private final BatchSource<B> source;

  /** The loader's own generator or the default one, then the sampler's if it is another. */
  private final List<Generator> generators;

  private final @Nullable ThreadPoolExecutor workers;
  private final int ahead;

  /** Iterations that may have batches to free. */
  private final Set<BatchIterator<B>> iterators =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private @Nullable BatchIterator<B> latest;
  private @Nullable LoaderState restored;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Creates a loader with batches of one example in the dataset's order.
   *
   * @param dataset the dataset
   */
  public DataLoader(Dataset<B> dataset) {
    this(builder(dataset));
  }

  /**
   * Creates a loader that stacks examples in the dataset's order.
   *
   * @param dataset the dataset
   * @param batchSize the number of examples of a batch, at least 1
   * @throws IllegalArgumentException if the batch size is below 1
   */
  public DataLoader(Dataset<B> dataset, int batchSize) {
    this(builder(dataset).batchSize(batchSize));
  }

  /**
   * Creates a loader that stacks examples.
   *
   * @param dataset the dataset
   * @param batchSize the number of examples of a batch, at least 1
   * @param shuffle whether each epoch has a new random order
   * @throws IllegalArgumentException if the batch size is below 1, or an empty dataset is to be
   *     shuffled
   */
  public DataLoader(Dataset<B> dataset, int batchSize, boolean shuffle) {
    this(builder(dataset).batchSize(batchSize).shuffle(shuffle));
  }

  private DataLoader(Builder<?, B> options) {
    Sampler<long[]> sampler = options.indices();
    source = options.source(sampler);
    Generator own = RandomIndices.orDefault(options.generator);
    generators =
        sampler == null || sampler.generator() == options.generator
            ? List.of(own)
            : List.of(own, RandomIndices.orDefault(sampler.generator()));
    int threads = sampler == null ? Math.min(1, options.workers) : options.workers;
    workers = threads == 0 ? null : newWorkers(threads);
    ahead = threads * options.prefetch;
  }

  private static ThreadPoolExecutor newWorkers(int count) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("DataLoader-worker-" + WORKERS.incrementAndGet())
                    .unstarted(task));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /**
   * Returns a builder with PyTorch's defaults: batches of one example, in the dataset's order,
   * stacked, made on the calling thread.
   *
   * @param <T> the type of an example
   * @param dataset the dataset
   */
  public static <T> Builder<T, T> builder(Dataset<T> dataset) {
    return new Builder<>(Objects.requireNonNull(dataset, "dataset"), null);
  }

  /**
   * Returns a builder with PyTorch's defaults: batches of one example, stacked, made on the calling
   * thread.
   *
   * @param <T> the type of an example
   * @param dataset the dataset
   */
  public static <T> Builder<T, T> builder(IterableDataset<T> dataset) {
    return new Builder<>(null, Objects.requireNonNull(dataset, "dataset"));
  }

  /**
   * Returns the number of batches of an epoch.
   *
   * @throws UnsupportedOperationException for an {@link IterableDataset}
   */
  public long size() {
    return source.size();
  }

  /**
   * Returns the batches of a new epoch, or the rest of the epoch of a {@link #restore restored}
   * state.
   *
   * @throws IllegalStateException if this loader is closed
   * @throws IllegalArgumentException if more batches were taken in the restored state than an epoch
   *     has
   * @throws DataLoaderException if the iterator of an {@link IterableDataset} cannot be created
   */
  @Override
  public synchronized BatchIterator<B> iterator() {
    checkOpen();
    LoaderState state = restored;
    latest = state == null ? begin() : resume(state);
    restored = null;
    return latest;
  }

  /**
   * Draws the indices of the epoch again, and then restores the current states of the generators.
   */
  private BatchIterator<B> resume(LoaderState state) {
    GeneratorStates now = GeneratorStates.of(generators);
    state.start().restore(generators);
    try {
      BatchIterator<B> iterator = begin();
      iterator.resume(state);
      return iterator;
    } finally {
      now.restore(generators);
    }
  }

  private BatchIterator<B> begin() {
    GeneratorStates start = GeneratorStates.of(generators);
    BatchSource.Epoch<B> epoch = source.begin();
    // PyTorch draws the seed of its worker processes here, without workers too.
    RandomIndices.seed(generators.getFirst());
    BatchIterator<B> iterator = new BatchIterator<>(epoch, workers, ahead, start, closed);
    iterators.add(iterator);
    return iterator;
  }

  /**
   * Returns the position of the iteration that was started last, for {@link #restore}. A batch
   * counts as taken when next() has returned it. An epoch that was left early counts as unfinished,
   * unless its iterator is closed.
   *
   * @throws IllegalStateException if this loader is closed
   */
  public synchronized LoaderState state() {
    checkOpen();
    GeneratorStates now = GeneratorStates.of(generators);
    if (restored != null) {
      return new LoaderState(true, restored.taken(), restored.asked(), restored.start(), now);
    }
    return latest != null && latest.isUnfinished()
        ? latest.state(now)
        : new LoaderState(false, 0, 0, now, now);
  }

  /**
   * Restores a position: the next iteration yields the batches that were left in the epoch, and
   * later ones have the same order as without interruption. Batches that were taken are not loaded
   * again; those of an {@link IterableDataset} are read, but not collated. Sets the state of the
   * generators that this loader and its sampler draw from: the default one, if they have none of
   * their own. A {@link DistributedSampler} must be set to the same epoch before the next
   * iteration.
   *
   * @param state the state of a loader with the same options and a dataset of the same size
   * @throws IllegalArgumentException if the state is of a loader with other generators
   * @throws IllegalStateException if this loader is closed
   */
  public synchronized void restore(LoaderState state) {
    checkOpen();
    int count = state.now().states().size();
    if (count != generators.size()) {
      throw new IllegalArgumentException(
          "state: expected the state of %s generators, got %s; build the loader with the same generator and sampler as the one that was saved"
              .formatted(generators.size(), count));
    }
    state.now().restore(generators);
    latest = null;
    restored = state.begun() ? state : null;
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("DataLoader: this loader is closed; build a new one");
    }
  }

  /**
   * Ends all iterations and the workers: waits for the batches that they are making, and frees
   * these. If the calling thread is interrupted, it interrupts the workers and does not wait.
   * Closing twice has no effect.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed.getAndSet(true)) {
        return;
      }
    }
    try {
      List.copyOf(iterators).forEach(BatchIterator::close);
      source.close();
    } finally {
      end(workers);
    }
  }

  private static void end(@Nullable ThreadPoolExecutor workers) {
    if (workers == null) {
      return;
    }
    workers.shutdown();
    try {
      while (!workers.awaitTermination(1, TimeUnit.DAYS)) {
        // A worker waits for its dataset; an interrupt ends the wait.
      }
    } catch (InterruptedException e) {
      workers.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The options of a {@link DataLoader}.
   *
   * @param <T> the type of an example
   * @param <B> the type of a batch
   */
  public static final class Builder<T, B> {
    private final @Nullable Dataset<T> dataset;
    private final @Nullable IterableDataset<T> stream;
    private @Nullable Integer batchSize;
    private boolean shuffle;
    private @Nullable Sampler<Long> sampler;
    private @Nullable Sampler<long[]> batchSampler;
    private boolean dropLast;
    private Collate<? super T, ?> collate = Stacking.INSTANCE;
    private int workers;
    private int prefetch = 2;
    private @Nullable Generator generator;

    private Builder(@Nullable Dataset<T> dataset, @Nullable IterableDataset<T> stream) {
      this.dataset = dataset;
      this.stream = stream;
    }

    /**
     * Sets the number of examples of a batch. Default: 1.
     *
     * @param batchSize at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder<T, B> batchSize(int batchSize) {
      this.batchSize = Arguments.positive("batchSize", batchSize);
      return this;
    }

    /**
     * Sets whether each epoch has a new random order. Default: false.
     *
     * @param shuffle whether to shuffle
     * @return this builder
     */
    public Builder<T, B> shuffle(boolean shuffle) {
      this.shuffle = shuffle;
      return this;
    }

    /**
     * Sets the sampler of the indices, in place of shuffle. Default: all indices in order.
     *
     * @param sampler the sampler
     * @return this builder
     */
    public Builder<T, B> sampler(Sampler<Long> sampler) {
      this.sampler = Objects.requireNonNull(sampler, "sampler");
      return this;
    }

    /**
     * Sets the sampler of the indices of batches, in place of batchSize, shuffle, sampler and
     * dropLast. Default: batches of batchSize.
     *
     * @param batchSampler the batch sampler
     * @return this builder
     */
    public Builder<T, B> batchSampler(Sampler<long[]> batchSampler) {
      this.batchSampler = Objects.requireNonNull(batchSampler, "batchSampler");
      return this;
    }

    /**
     * Sets whether to omit the last batch if it has fewer examples than the others. Default: false.
     *
     * @param dropLast whether to omit it
     * @return this builder
     */
    public Builder<T, B> dropLast(boolean dropLast) {
      this.dropLast = dropLast;
      return this;
    }

    /**
     * Sets the function that makes a batch of examples, PyTorch's {@code collate_fn}. Default:
     * {@link Collate#stack}.
     *
     * @param <C> the type of a batch
     * @param collate the function; called from several threads if there are workers
     * @return this builder
     */
    @SuppressWarnings("unchecked") // the type of a batch is that of the results of collate alone
    public <C> Builder<T, C> collate(Collate<? super T, C> collate) {
      this.collate = Objects.requireNonNull(collate, "collate");
      return (Builder<T, C>) this;
    }

    /**
     * Sets the number of threads that read the dataset and collate, PyTorch's {@code num_workers}.
     * An {@link IterableDataset} is read by at most one. Default: 0, the calling thread.
     *
     * @param workers 0 to 1024
     * @return this builder
     * @throws IllegalArgumentException if it is below 0
     */
    public Builder<T, B> workers(int workers) {
      this.workers = Arguments.between("workers", 0, MOST_WORKERS, workers);
      return this;
    }

    /**
     * Sets the number of batches that each worker makes ahead, PyTorch's {@code prefetch_factor}.
     * It has no effect without workers. Default: 2.
     *
     * @param prefetch 1 to 1024
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder<T, B> prefetch(int prefetch) {
      this.prefetch = Arguments.between("prefetch", 1, MOST_WORKERS, prefetch);
      return this;
    }

    /**
     * Sets the generator that shuffle draws from. Use one that nothing else draws from. Default:
     * the default generator, which {@link panama.torch.Torch#manualSeed} seeds.
     *
     * @param generator the generator
     * @return this builder
     */
    public Builder<T, B> generator(Generator generator) {
      this.generator = Objects.requireNonNull(generator, "generator");
      return this;
    }

    /**
     * Sets a new generator with this seed. See {@link #generator}.
     *
     * @param seed the seed
     * @return this builder
     */
    public Builder<T, B> seed(long seed) {
      return generator(new Generator().manualSeed(seed));
    }

    /**
     * Returns the loader.
     *
     * @throws IllegalArgumentException if options exclude each other, or an empty dataset is to be
     *     shuffled
     */
    public DataLoader<B> build() {
      return new DataLoader<>(this);
    }

    /** Returns the order of the batches; null for a stream. */
    private @Nullable Sampler<long[]> indices() {
      if (dataset == null) {
        exclude("an IterableDataset, whose order is its own", false);
        return null;
      }
      if (batchSampler != null) {
        exclude("batchSampler", true);
        return batchSampler;
      }
      if (sampler != null && shuffle) {
        throw new IllegalArgumentException(
            "shuffle: expected false with a sampler, which determines the order, got true");
      }
      Sampler<Long> order = sampler;
      if (order == null) {
        order = shuffle ? new RandomSampler(dataset, generator) : new SequentialSampler(dataset);
      }
      return new BatchSampler(order, size(), dropLast);
    }

    private void exclude(String other, boolean sizes) {
      String option =
          Stream.of(
                  shuffle ? "shuffle" : "",
                  sampler != null ? "sampler" : "",
                  !sizes && batchSampler != null ? "batchSampler" : "",
                  sizes && batchSize != null ? "batchSize" : "",
                  sizes && dropLast ? "dropLast" : "")
              .filter(name -> !name.isEmpty())
              .findFirst()
              .orElse("");
      if (!option.isEmpty()) {
        throw new IllegalArgumentException(
            "%s: expected none with %s; remove it".formatted(option, other));
      }
    }

    private int size() {
      return batchSize == null ? 1 : batchSize;
    }

    @SuppressWarnings("unchecked") // see collate
    private BatchSource<B> source(@Nullable Sampler<long[]> order) {
      Collate<? super T, B> function = (Collate<? super T, B>) collate;
      if (dataset != null && order != null) {
        return new IndexedBatches<>(dataset, order, function);
      }
      return new StreamedBatches<>(Objects.requireNonNull(stream), size(), dropLast, function);
    }
  }
}
