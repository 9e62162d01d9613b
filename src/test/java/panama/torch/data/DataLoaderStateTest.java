package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.io.SafeTensors;

class DataLoaderStateTest {
  private static final int N = 23;

  /** The options that draw random numbers in different ways; each call returns a new loader. */
  private static final List<Supplier<DataLoader.Builder<Long, Tensor>>> OPTIONS =
      List.of(
          () -> Numbers.loader(N).batchSize(4).shuffle(true).seed(3),
          () -> Numbers.loader(N).batchSize(4).shuffle(true),
          () -> Numbers.loader(N).batchSize(4).dropLast(true),
          () -> {
            Generator g = new Generator().manualSeed(5);
            return Numbers.loader(N)
                .batchSize(4)
                .sampler(new RandomSampler(Numbers.upTo(N), true, 70L, g));
          },
          () -> {
            Generator g = new Generator().manualSeed(5);
            return Numbers.loader(N)
                .batchSize(4)
                .generator(g)
                .sampler(new RandomSampler(Numbers.upTo(N), false, 50L, g));
          },
          () ->
              Numbers.loader(N)
                  .seed(8)
                  .batchSize(4)
                  .sampler(new SubsetRandomSampler(1, 2, 3, 4, 5, 6, 7)),
          () -> {
            long[] lengths = new long[N];
            for (int i = 0; i < N; i++) {
              lengths[i] = (i * 7L) % 11;
            }
            return Numbers.loader(N)
                .batchSampler(
                    new LengthBucketSampler(lengths, 4, 2, false, new Generator().manualSeed(5)));
          });

  /** The indices of those that never draw from the default generator, and leave it alone. */
  private static final Set<Integer> OWN_GENERATOR_ALONE = Set.of(0, 4);

  /** Stops after any number of batches, as a program that is started again does. */
  @Property(tries = 150)
  void restoredLoaderContinuesWithTheSameBatchesAndEpochs(
      @ForAll @IntRange(max = 6) int options,
      @ForAll @IntRange(max = 20) int before,
      @ForAll boolean lookedAhead,
      @ForAll @IntRange(max = 2) int workersBefore,
      @ForAll @IntRange(max = 2) int workersAfter) {
    Torch.manualSeed(17);
    Map<String, Tensor> saved;
    List<List<Long>> expected = new ArrayList<>();
    Tensor probe;
    try (var loader = OPTIONS.get(options).get().workers(workersBefore).build()) {
      var iterator = loader.iterator();
      for (int i = 0; i < before; i++) {
        if (!iterator.hasNext()) {
          iterator = loader.iterator();
        }
        iterator.next();
        Torch.rand(1).close(); // a program draws from the default generator too
      }
      if (lookedAhead) {
        assertThat(iterator.hasNext()).isEqualTo(before == 0 || before % loader.size() != 0);
      }
      saved = loader.state().toTensors();
      while (iterator.hasNext()) {
        expected.add(Numbers.list(iterator.next().toLongArray()));
      }
      expected.addAll(Numbers.epoch(loader));
      expected.addAll(Numbers.epoch(loader));
      probe = Torch.rand(1);
    }

    Torch.manualSeed(99);
    List<List<Long>> continued = new ArrayList<>();
    try (var loader = OPTIONS.get(options).get().workers(workersAfter).build()) {
      loader.restore(LoaderState.fromTensors(saved));
      if (loader.state().begun()) {
        continued.addAll(Numbers.epoch(loader));
      }
      continued.addAll(Numbers.epoch(loader));
      continued.addAll(Numbers.epoch(loader));
    }
    assertThat(continued).isEqualTo(expected);
    if (!OWN_GENERATOR_ALONE.contains(options)) {
      assertThat(Torch.rand(1).item()).as("the default generator").isEqualTo(probe.item());
    }
  }

  @Test
  void batchesThatWereTakenAreNotLoadedAgain() {
    AtomicInteger loaded = new AtomicInteger();
    Dataset<Number> dataset =
        Numbers.upTo(N)
            .map(
                number -> {
                  loaded.incrementAndGet();
                  return number;
                });
    var options = DataLoader.builder(dataset).collate(Collate.numbers()).batchSize(5);
    LoaderState state;
    try (var loader = options.build()) {
      var iterator = loader.iterator();
      iterator.next();
      iterator.next();
      state = loader.state();
    }
    assertThat(state.taken()).isEqualTo(2);
    assertThat(state).hasToString("LoaderState(taken=2)");
    loaded.set(0);
    try (var loader = options.build()) {
      loader.restore(state);
      assertThat(Numbers.epoch(loader))
          .hasSize(3)
          .first()
          .isEqualTo(Numbers.list(10, 11, 12, 13, 14));
      assertThat(loaded).hasValue(N - 10);
    }
  }

  @Test
  void stateSurvivesASafetensorsFileAndASecondRestart(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("loader.safetensors");
    Supplier<DataLoader<Tensor>> make =
        () -> Numbers.loader(N).batchSize(3).shuffle(true).seed(1).build();
    List<List<Long>> expected;
    try (var loader = make.get()) {
      expected = new ArrayList<>(Numbers.epoch(loader));
      expected.addAll(Numbers.epoch(loader));
    }
    List<List<Long>> taken = new ArrayList<>();
    SafeTensors.save(file, make.get().state().toTensors());
    while (taken.size() < expected.size()) {
      try (var loader = make.get()) { // a program that ends after two batches each time
        loader.restore(LoaderState.fromTensors(SafeTensors.load(file)));
        var iterator = loader.iterator();
        for (int i = 0; i < 2 && iterator.hasNext(); i++) {
          taken.add(Numbers.list(iterator.next().toLongArray()));
        }
        assertThat(iterator.hasNext()).isEqualTo(taken.size() % 8 != 0);
        SafeTensors.save(file, loader.state().toTensors());
      }
    }
    assertThat(taken).isEqualTo(expected);
  }

  @Test
  void drawsBetweenRestoringAndIteratingAreNotUndone() {
    var loader = Numbers.loader(N).shuffle(true).build();
    loader.iterator().next();
    loader.restore(loader.state());
    Tensor first = Torch.rand(1);
    assertThat(loader.iterator()).isNotNull();
    assertThat(Torch.rand(1).item()).isNotEqualTo(first.item());
  }

  @Test
  void aStreamContinuesWhereItWasLeft() {
    AtomicInteger collated = new AtomicInteger();
    IterableDataset<Long> numbers =
        IterableDataset.ofStreams(() -> LongStream.range(0, 10).boxed());
    for (int workers : new int[] {0, 1}) {
      var options =
          DataLoader.builder(numbers)
              .collate(
                  batch -> {
                    collated.incrementAndGet();
                    return Collate.numbers().collate(batch);
                  })
              .batchSize(3)
              .workers(workers);
      try (var loader = options.build();
          var other = options.build()) {
        var iterator = loader.iterator();
        iterator.next();
        iterator.next();
        assertThat(iterator.hasNext()).isTrue();
        other.restore(loader.state());
        loader.close();
        collated.set(0);
        assertThat(Numbers.epoch(other)).containsExactly(Numbers.list(6, 7, 8), Numbers.list(9));
        assertThat(collated).hasValue(2);
        assertThat(Numbers.epoch(other)).as("the next epoch").hasSize(4);
      }
    }
  }

  @Test
  void statesOfOtherLoadersAreRefused() {
    var loader = Numbers.loader(N).batchSize(2).build();
    for (int i = 0; i < 5; i++) {
      loader.iterator().next();
    }
    var iterator = loader.iterator();
    for (int i = 0; i < 5; i++) {
      iterator.next();
    }
    LoaderState state = loader.state();
    var smaller = Numbers.loader(4).batchSize(2).build();
    smaller.restore(state);
    assertThatThrownBy(smaller::iterator)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 batches had been taken, but an epoch has only 2");
    var two =
        Numbers.loader(N).sampler(new SubsetRandomSampler(new long[] {1}, new Generator())).build();
    assertThatThrownBy(() -> two.restore(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected the state of 2 generators, got 1");
  }

  @Test
  void incompleteTensorsAreNamed() {
    Map<String, Tensor> tensors = new HashMap<>(Numbers.loader(3).build().state().toTensors());
    tensors.remove("generator.now.0");
    assertThatThrownBy(() -> LoaderState.fromTensors(tensors))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("generator.now.i");
    tensors.remove("position");
    assertThatThrownBy(() -> LoaderState.fromTensors(tensors))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"position\"");
  }

  @Test
  void moreBatchesTakenThanAskedForAreRefused() {
    Map<String, Tensor> tensors = new HashMap<>(Numbers.loader(3).build().state().toTensors());
    tensors.put("position", Torch.tensor(new long[] {1, 3, 2}));
    assertThatThrownBy(() -> LoaderState.fromTensors(tensors))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensors: expected at least as many batches asked for as taken, 3, got 2");
  }
}
