package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.Tensor;
import panama.torch.Torch;

class IterableDatasetTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void batchesAreInTheOrderOfTheStreamInEachEpoch(int workers) {
    List<IterableDataset<Long>> datasets =
        List.of(
            IterableDataset.ofStreams(() -> LongStream.range(0, 8).boxed()),
            IterableDataset.ofIterators(() -> LongStream.range(0, 8).iterator()),
            IterableDataset.of(LongStream.range(0, 8).boxed().toList()));
    for (IterableDataset<Long> dataset : datasets) {
      try (var loader =
          DataLoader.builder(dataset)
              .collate(Collate.numbers())
              .batchSize(3)
              .workers(workers)
              .build()) {
        for (int epoch = 0; epoch < 3; epoch++) {
          assertThat(Numbers.epoch(loader))
              .containsExactly(Numbers.list(0, 1, 2), Numbers.list(3, 4, 5), Numbers.list(6, 7));
        }
      }
      var dropping =
          DataLoader.builder(dataset)
              .collate(Collate.numbers())
              .batchSize(3)
              .dropLast(true)
              .build();
      assertThat(Numbers.epoch(dropping)).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void streamsAreClosedAtTheEndOfTheEpochOrWithTheLoader(int workers) {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    IterableDataset<Integer> dataset =
        IterableDataset.ofStreams(
            () -> {
              opened.incrementAndGet();
              return IntStream.range(0, 100).boxed().onClose(closed::incrementAndGet);
            });
    try (var loader =
        DataLoader.builder(dataset).collate(Collate.list()).workers(workers).build()) {
      loader.forEach(batch -> assertThat(batch).hasSize(1));
      assertThat(closed).hasValue(1);
      try (var early = loader.iterator()) {
        early.next();
      }
      assertThat(closed).hasValue(2);
      loader.iterator().next();
      assertThat(closed).hasValue(2);
    }
    assertThat(closed).hasValue(3);
    assertThat(opened).hasValue(3);
  }

  @Test
  void anEmptyStreamHasNoBatches() {
    try (var loader =
        DataLoader.builder(IterableDataset.<Tensor>of(List.of())).batchSize(2).build()) {
      assertThat(loader.iterator().hasNext()).isFalse();
      assertThatThrownBy(loader::size).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void failureOfTheStreamEndsTheEpochWithTheNumberOfTheExample(int workers) {
    IterableDataset<Tensor> dataset =
        IterableDataset.ofStreams(
            () ->
                Stream.of(1, 2, 3, 4, 5)
                    .map(
                        i -> {
                          if (i == 4) {
                            throw new IllegalStateException("bad line");
                          }
                          return Torch.tensor((long) i);
                        }));
    try (var loader = DataLoader.builder(dataset).batchSize(2).workers(workers).build()) {
      var iterator = loader.iterator();
      List<Long> numbers = new ArrayList<>(Numbers.list(iterator.next().toLongArray()));
      assertThat(numbers).containsExactly(1L, 2L);
      assertThatThrownBy(iterator::next)
          .isInstanceOf(DataLoaderException.class)
          .hasMessageContaining("example 3: ")
          .hasMessageContaining("bad line")
          .hasCauseInstanceOf(IllegalStateException.class);
      assertThat(iterator.hasNext()).isFalse();
    }
  }

  @Test
  void failuresToOpenAndToCloseAreReported() {
    IterableDataset<Long> missing =
        IterableDataset.ofIterators(
            () -> {
              throw new IllegalStateException("no file");
            });
    assertThatThrownBy(() -> DataLoader.builder(missing).build().iterator())
        .isInstanceOf(DataLoaderException.class)
        .hasMessageContaining("no file");
    IterableDataset<Integer> stuck =
        IterableDataset.ofStreams(
            () ->
                Stream.of(1)
                    .onClose(
                        () -> {
                          throw new IllegalStateException("still in use");
                        }));
    var iterator = DataLoader.builder(stuck).collate(Collate.list()).build().iterator();
    iterator.next();
    assertThatThrownBy(iterator::hasNext)
        .isInstanceOf(DataLoaderException.class)
        .hasMessageContaining("still in use");
  }
}
