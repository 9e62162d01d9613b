package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.DType;
import panama.torch.Generator;
import panama.torch.IndexException;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

@Tag("locale")
class DataLoaderTest {
  @Test
  void batchesOfATensorDatasetAreTheRowsOfEachTensor() {
    Tensor x = Torch.arange(20).reshape(10, 2);
    Tensor y = Torch.arange(10).mul(100);
    try (var loader = new DataLoader<>(new TensorDataset(x, y), 4)) {
      List<List<Tensor>> batches = new ArrayList<>();
      loader.forEach(batches::add);
      assertThat(batches).hasSize(3);
      assertThat(loader.size()).isEqualTo(3);
      assertThat(batches.get(1).get(0).toLongArray()).containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
      assertThat(batches.get(1).get(1).toLongArray()).containsExactly(400, 500, 600, 700);
      assertThat(batches.get(2).get(0).shape()).isEqualTo(Shape.of(2, 2));
    }
  }

  @Test
  void subsetsOfATensorDatasetAreSelectedToo() {
    var dataset = new TensorDataset(Torch.arange(10));
    try (var loader = new DataLoader<>(dataset.subset(7, 1, 1, 9), 3)) {
      List<Tensor> batch = loader.iterator().next();
      assertThat(batch.getFirst().toLongArray()).containsExactly(7, 1, 1);
      assertThat(dataset.subset(7, 1).getStacked(1)).isNotNull();
    }
  }

  @Test
  void fastPathEqualsStackingOfSingleExamples() {
    var dataset = new TensorDataset(Torch.randn(10, 3, 2), Torch.arange(10));
    long[] indices = {3, 3, 0, 9};
    List<Tensor> stacked = Collate.<List<Tensor>>stack().collate(dataset.getItems(indices));
    List<Tensor> selected = dataset.getStacked(indices);
    assertThat(selected).hasSameSizeAs(stacked);
    for (int i = 0; i < stacked.size(); i++) {
      assertThat(selected.get(i).shape()).isEqualTo(stacked.get(i).shape());
      assertThat(selected.get(i).toByteArray()).isEqualTo(stacked.get(i).toByteArray());
    }
  }

  @Test
  void numbersOfBatchesAreRoundedUpUnlessTheLastIsDropped() {
    assertThat(Numbers.epoch(Numbers.loader(5).batchSize(2).build()))
        .containsExactly(Numbers.list(0, 1), Numbers.list(2, 3), Numbers.list(4));
    assertThat(Numbers.epoch(Numbers.loader(5).batchSize(2).dropLast(true).build()))
        .containsExactly(Numbers.list(0, 1), Numbers.list(2, 3));
    assertThat(Numbers.epoch(Numbers.loader(2).build()))
        .containsExactly(Numbers.list(0), Numbers.list(1));
  }

  @Property(tries = 40)
  void orderDoesNotDependOnTheWorkers(
      @ForAll @IntRange(min = 1, max = 40) int n,
      @ForAll @IntRange(min = 1, max = 9) int batchSize,
      @ForAll @IntRange(min = 1, max = 4) int workers,
      @ForAll @IntRange(min = 1, max = 3) int prefetch,
      @ForAll boolean dropLast,
      @ForAll boolean replacement) {
    List<List<List<Long>>> orders = new ArrayList<>();
    for (int threads : new int[] {0, workers}) {
      Generator generator = new Generator().manualSeed(3);
      try (var loader =
          Numbers.loader(n)
              .sampler(new RandomSampler(Numbers.upTo(n), replacement, n + 40L, generator))
              .batchSize(batchSize)
              .dropLast(dropLast)
              .generator(generator)
              .workers(threads)
              .prefetch(prefetch)
              .build()) {
        List<List<Long>> all = new ArrayList<>(Numbers.epoch(loader));
        all.addAll(Numbers.epoch(loader));
        assertThat(all).hasSize(2 * (int) loader.size());
        orders.add(all);
      }
    }
    assertThat(orders.get(1)).isEqualTo(orders.get(0));
  }

  @Test
  void slowExamplesDoNotOvertakeEachOther() {
    Dataset<Long> slow =
        Numbers.upTo(24)
            .map(
                number -> {
                  if (number % 4 == 0) {
                    Waiting.pause(5);
                  }
                  return number;
                });
    try (var loader =
        DataLoader.builder(slow).collate(Collate.numbers()).batchSize(2).workers(4).build()) {
      assertThat(Numbers.epoch(loader).stream().flatMap(List::stream))
          .containsExactlyElementsOf(LongStream.range(0, 24).boxed().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void batchesBelongToTheScopeOfNext(int workers) {
    Tensor stored = Torch.arange(12).reshape(6, 2);
    Dataset<Tensor> rows = new TensorDataset(stored).map(List::getFirst);
    try (var loader = DataLoader.builder(rows).batchSize(2).workers(workers).build()) {
      List<Tensor> batches = new ArrayList<>();
      try (var scope = new TensorScope()) {
        for (var iterator = loader.iterator(); iterator.hasNext(); ) {
          batches.add(iterator.next());
        }
        assertThat(scope.statistics().alive()).as("batches alone").isEqualTo(3);
        assertThat(batches).noneMatch(Tensor::isClosed);
      }
      assertThat(batches).hasSize(3).allMatch(Tensor::isClosed);
      assertThat(stored.isClosed()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void tensorsThatTheDatasetOwnsAreNotFreed(int workers) {
    List<Tensor> stored = List.of(Torch.ones(2), Torch.ones(3));
    try (var scope = new TensorScope();
        var loader =
            DataLoader.builder(Dataset.of(stored))
                .collate(Collate.list())
                .workers(workers)
                .build()) {
      for (List<Tensor> batch : loader) {
        assertThat(batch).hasSize(1);
      }
      assertThat(scope.statistics().alive()).isZero();
    }
    assertThat(stored).noneMatch(Tensor::isClosed);
  }

  private record Pair(Tensor x, Tensor y) {}

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void tensorsOfABatchOfAnyClassRemainOpen(int workers) {
    try (var scope = new TensorScope();
        var loader =
            DataLoader.builder(new TensorDataset(Torch.arange(4), Torch.ones(4)))
                .collate(rows -> new Pair(rows.get(0).get(0).add(1), rows.get(0).get(1).add(1)))
                .workers(workers)
                .build()) {
      for (Pair batch : loader) {
        assertThat(batch.x().itemLong()).isPositive();
        assertThat(batch.y().item()).isEqualTo(2);
      }
      assertThat(scope.statistics().alive()).isPositive();
    }
  }

  @Test
  void samplersAndBatchSamplersDetermineTheOrder() {
    assertThat(
            Numbers.epoch(
                Numbers.loader(9).sampler(new SubsetRandomSampler(4)).batchSize(3).build()))
        .containsExactly(Numbers.list(4));
    Sampler<long[]> batches =
        new Sampler<>() {
          @Override
          public long size() {
            return 2;
          }

          @Override
          public Iterator<long[]> iterator() {
            return List.of(new long[] {5, 5}, new long[] {0}).iterator();
          }
        };
    var loader = Numbers.loader(9).batchSampler(batches).build();
    assertThat(loader.size()).isEqualTo(2);
    assertThat(Numbers.epoch(loader)).containsExactly(Numbers.list(5, 5), Numbers.list(0));
  }

  @Test
  void distributedProcessesShareAnEpoch() {
    List<Long> all = new ArrayList<>();
    for (int rank = 0; rank < 3; rank++) {
      var sampler = new DistributedSampler(Numbers.upTo(12), 3, rank);
      Numbers.epoch(Numbers.loader(12).sampler(sampler).batchSize(2).build()).forEach(all::addAll);
    }
    assertThat(all).containsExactlyInAnyOrderElementsOf(LongStream.range(0, 12).boxed().toList());
  }

  @Test
  void equalSeedsGiveEqualOrders() {
    var first = Numbers.loader(30).shuffle(true).seed(4).batchSize(30).build();
    var second = Numbers.loader(30).shuffle(true).seed(4).batchSize(30).build();
    List<List<Long>> epoch = Numbers.epoch(first);
    assertThat(Numbers.epoch(second)).isEqualTo(epoch);
    assertThat(Numbers.epoch(first)).as("the next epoch").isNotEqualTo(epoch);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void twoIterationsAtTheSameTimeDoNotDisturbEachOther(int workers) {
    try (var loader = Numbers.loader(6).batchSize(2).workers(workers).build()) {
      List<Long> pairs = new ArrayList<>();
      for (Tensor outer : loader) {
        for (Tensor inner : loader) {
          pairs.add(10 * outer.toLongArray()[0] + inner.toLongArray()[0]);
        }
      }
      assertThat(pairs).containsExactly(0L, 2L, 4L, 20L, 22L, 24L, 40L, 42L, 44L);
    }
  }

  @Test
  void anIteratorThatHasEndedStaysEnded() {
    try (var loader = Numbers.loader(1).build()) {
      var iterator = loader.iterator();
      iterator.next();
      assertThat(iterator.hasNext()).isFalse();
      assertThat(iterator.hasNext()).isFalse();
      assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void datasetsOfRecordsAreMappedOrCollated() {
    record Point(double x, int label) {}
    var points = Dataset.of(List.of(new Point(0.5, 1), new Point(1.5, 0)));
    Dataset<List<Tensor>> tensors =
        points.map(p -> List.of(Torch.tensor(p.x()), Torch.tensor((long) p.label())));
    List<Tensor> batch = new DataLoader<>(tensors, 2).iterator().next();
    assertThat(batch.get(0).toDoubleArray()).containsExactly(0.5, 1.5);
    assertThat(batch.get(1).toLongArray()).containsExactly(1, 0);
    assertThat(batch.get(1).dtype()).isEqualTo(DType.INT64);
  }

  // Wrong arguments

  @Test
  void wrongOptionsAreNamed() {
    assertThatThrownBy(() -> Numbers.loader(3).batchSize(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batchSize: expected at least 1, got 0");
    assertThatThrownBy(() -> Numbers.loader(3).workers(-1)).hasMessageContaining("workers: ");
    assertThatThrownBy(() -> Numbers.loader(3).prefetch(0)).hasMessageContaining("prefetch: ");
    var sampler = new SequentialSampler(Numbers.upTo(3));
    assertThatThrownBy(() -> Numbers.loader(3).sampler(sampler).shuffle(true).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shuffle: ");
    var batches = new BatchSampler(sampler, 2, false);
    assertThatThrownBy(() -> Numbers.loader(3).batchSampler(batches).batchSize(1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batchSize: expected none with batchSampler; remove it");
    assertThatThrownBy(() -> Numbers.loader(3).batchSampler(batches).sampler(sampler).build())
        .hasMessageContaining("sampler: ");
    IterableDataset<Long> stream = IterableDataset.of(List.of(1L));
    assertThatThrownBy(() -> DataLoader.builder(stream).shuffle(true).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shuffle: ");
    assertThatThrownBy(() -> DataLoader.builder(stream).batchSampler(batches).build())
        .hasMessageContaining("batchSampler: ");
  }

  @Test
  void emptyDatasetHasNoBatchesAndCannotBeShuffled() {
    try (var loader = Numbers.loader(0).batchSize(2).workers(1).build()) {
      assertThat(loader.size()).isZero();
      assertThat(Numbers.epoch(loader)).isEmpty();
    }
    assertThatThrownBy(() -> Numbers.loader(0).shuffle(true).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty dataset");
  }

  // Failures

  private static Sampler<Long> order(Long... indices) {
    return new Sampler<>() {
      @Override
      public long size() {
        return indices.length;
      }

      @Override
      public Iterator<Long> iterator() {
        return Arrays.asList(indices).iterator();
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void indexOutOfRangeIsNamedAndLaterBatchesFollow(int workers) {
    var dataset = new TensorDataset(Torch.arange(5));
    try (var loader =
        DataLoader.builder(dataset)
            .sampler(order(1L, 7L, 2L, -1L, 3L))
            .batchSize(2)
            .workers(workers)
            .build()) {
      var iterator = loader.iterator();
      assertThatThrownBy(iterator::next)
          .isInstanceOf(DataLoaderException.class)
          .hasMessageContaining("example 7: ")
          .hasMessageContaining("expected 0 to 4, got 7")
          .hasCauseInstanceOf(IndexException.class)
          .extracting(e -> ((DataLoaderException) e).indices())
          .isEqualTo(new long[] {7});
      assertThatThrownBy(iterator::next).hasMessageContaining("got -1");
      assertThat(iterator.next().getFirst().toLongArray()).containsExactly(3);
      assertThat(iterator.hasNext()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void failureOfTheDatasetReachesTheCallerWithTheIndex(int workers) {
    IllegalStateException failure = new IllegalStateException("disk on fire");
    Dataset<Long> dataset =
        Numbers.upTo(9)
            .map(
                number -> {
                  if (number == 5) {
                    throw failure;
                  }
                  return number;
                });
    try (var loader =
        DataLoader.builder(dataset)
            .collate(Collate.numbers())
            .batchSize(2)
            .workers(workers)
            .build()) {
      List<Long> numbers = new ArrayList<>();
      assertThatThrownBy(() -> loader.forEach(batch -> numbers.add(batch.toLongArray()[0])))
          .isInstanceOf(DataLoaderException.class)
          .hasMessageContaining("example 5: loading failed")
          .hasMessageContaining("disk on fire")
          .hasCause(failure)
          .satisfies(
              e ->
                  assertThat(e.getStackTrace())
                      .as("the caller's stack")
                      .anyMatch(f -> f.getClassName().equals(DataLoaderTest.class.getName())))
          .extracting(e -> ((DataLoaderException) e).indices())
          .isEqualTo(new long[] {5});
      assertThat(numbers).containsExactly(0L, 2L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void failureOfCollateReachesTheCallerWithTheIndices(int workers) {
    List<Tensor> ragged = List.of(Torch.ones(2), Torch.ones(2), Torch.ones(3), Torch.ones(2));
    try (var loader =
        DataLoader.builder(Dataset.of(ragged)).batchSize(2).workers(workers).build()) {
      var iterator = loader.iterator();
      iterator.next();
      assertThatThrownBy(iterator::next)
          .isInstanceOf(DataLoaderException.class)
          .hasMessageContaining("examples [2, 3]: collate failed")
          .hasMessageContaining("PadCollate")
          .extracting(e -> ((DataLoaderException) e).indices())
          .isEqualTo(new long[] {2, 3});
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void errorsAreThrownAsTheyAre(int workers) {
    AssertionError failure = new AssertionError("a test in the dataset");
    Dataset<Tensor> dataset =
        Numbers.upTo(2)
            .map(
                number -> {
                  throw failure;
                });
    try (var loader = DataLoader.builder(dataset).workers(workers).build()) {
      assertThatThrownBy(() -> loader.iterator().next()).isSameAs(failure);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void failureOfTheSamplerComesAfterTheBatchesBeforeIt(int workers) {
    Sampler<Long> broken =
        new Sampler<>() {
          @Override
          public long size() {
            return 4;
          }

          @Override
          public Iterator<Long> iterator() {
            return LongStream.range(0, 4)
                .peek(
                    i -> {
                      if (i == 2) {
                        throw new IllegalStateException("lost");
                      }
                    })
                .iterator();
          }
        };
    try (var loader = Numbers.loader(4).sampler(broken).workers(workers).build()) {
      List<Long> numbers = new ArrayList<>();
      assertThatThrownBy(() -> loader.forEach(batch -> numbers.add(batch.itemLong())))
          .isInstanceOf(DataLoaderException.class)
          .hasMessageContaining("the sampler failed")
          .hasMessageContaining("lost");
      assertThat(numbers).containsExactly(0L, 1L);
    }
  }

  @Test
  void examplesThatCannotBeStackedAreNamed() {
    try (var loader = DataLoader.builder(Dataset.of(List.of("a", "b"))).build()) {
      assertThatThrownBy(() -> loader.iterator().next())
          .hasMessageContaining("java.lang.String")
          .hasMessageContaining("collate(...)");
    }
  }

  @Test
  void tooManyWorkersAreRefused() {
    assertThatThrownBy(() -> Numbers.loader(4).workers(1025))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("workers: expected 0 to 1024, got 1025");
    assertThatThrownBy(() -> Numbers.loader(4).prefetch(Integer.MAX_VALUE))
        .hasMessage("prefetch: expected 1 to 1024, got 2147483647");
  }

  @Test
  void aStreamCanBeOneBatch() {
    try (var loader =
        DataLoader.builder(IterableDataset.of(List.of(1L, 2L)))
            .batchSize(Integer.MAX_VALUE)
            .collate(Collate.list())
            .build()) {
      assertThat(loader).containsExactly(List.of(1L, 2L));
    }
  }
}
