package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.Generator;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Compares orders with PyTorch's for the same seeds, and the numbers drawn afterwards. */
class DataGoldenTest {
  private static final Golden GOLDEN = Golden.of("data");
  private static final int N = 23;
  private static final int EPOCHS = 3;
  private static final long[] SUBSET = {3, 1, 20, 5, 8, 13, 0, 17, 11};
  private static final Map<String, Supplier<List<Long>>> CASES = new LinkedHashMap<>();

  static {
    for (boolean shuffle : new boolean[] {false, true}) {
      for (boolean dropLast : new boolean[] {false, true}) {
        String name =
            "shuffle=%s drop_last=%s"
                .formatted(shuffle ? "True" : "False", dropLast ? "True" : "False");
        CASES.put(
            "loader generator " + name,
            () -> {
              Generator g = generator(7);
              return with(batches(loader(5, shuffle, dropLast).generator(g)), g);
            });
        CASES.put(
            "loader default " + name,
            () -> {
              Torch.manualSeed(11);
              return with(batches(loader(5, shuffle, dropLast)), Generator.defaultGenerator());
            });
      }
    }
    CASES.put("loader default left early", DataGoldenTest::leftEarly);
    addSamplersOfLoaders();
    addSamplers();
    addSplits();
  }

  private static void addSamplersOfLoaders() {
    Map<String, Function<@Nullable Generator, Sampler<Long>>> samplers =
        Map.of(
            "random", g -> new RandomSampler(Numbers.upTo(N), g),
            "replacement", g -> new RandomSampler(Numbers.upTo(N), true, 50L, g),
            "longer", g -> new RandomSampler(Numbers.upTo(N), false, 2L * N, g),
            "weighted", g -> new WeightedRandomSampler(weights(), 12, true, g),
            "subset", g -> new SubsetRandomSampler(SUBSET, g));
    samplers.forEach(
        (name, make) -> {
          CASES.put(
              "loader sampler " + name + " default",
              () -> {
                Torch.manualSeed(11);
                var options = loader(4, false, false).sampler(make.apply(null));
                return with(batches(options), Generator.defaultGenerator());
              });
          CASES.put(
              "loader sampler " + name + " own",
              () -> {
                Torch.manualSeed(11);
                Generator own = generator(5);
                var options = loader(4, false, false).sampler(make.apply(own));
                List<Long> numbers = with(batches(options.generator(generator(7))), own);
                return with(numbers, Generator.defaultGenerator());
              });
        });
  }

  private static void addSamplers() {
    for (boolean replacement : new boolean[] {false, true}) {
      for (Long count : new Long[] {null, 1L, 23L, 32L, 46L, 50L, 100L}) {
        CASES.put(
            "random %s %s".formatted(python(replacement), count == null ? "None" : count),
            () -> {
              Generator g = generator(7);
              return twice(new RandomSampler(Numbers.upTo(N), replacement, count, g), g);
            });
      }
    }
    for (boolean replacement : new boolean[] {false, true}) {
      for (int count : new int[] {5, N, 60}) {
        if (replacement ? count != N : count != 60) {
          CASES.put(
              "weighted %s %s".formatted(python(replacement), count),
              () -> {
                Generator g = generator(7);
                return twice(new WeightedRandomSampler(weights(), count, replacement, g), g);
              });
        }
      }
    }
    CASES.put(
        "subset",
        () -> {
          Generator g = generator(7);
          return twice(new SubsetRandomSampler(SUBSET, g), g);
        });
    for (int n : new int[] {N, 24, 3}) {
      for (int replicas : new int[] {1, 4, 7}) {
        for (boolean shuffle : new boolean[] {false, true}) {
          for (boolean dropLast : new boolean[] {false, true}) {
            CASES.put(
                "distributed %s %s %s %s".formatted(n, replicas, python(shuffle), python(dropLast)),
                () -> distributed(n, replicas, shuffle, dropLast));
          }
        }
      }
    }
  }

  private static void addSplits() {
    CASES.put("split lengths", () -> split(10, 0, 13));
    CASES.put("split fractions", () -> split(0.5, 0.3, 0.2));
    CASES.put("split tenths", () -> split(0.7, 0.2, 0.1));
    CASES.put("split thirds", () -> split(1.0 / 3, 1.0 / 3, 1.0 / 3));
    CASES.put("split small", () -> split(0.98, 0.01, 0.01));
    CASES.put(
        "split default",
        () -> {
          Torch.manualSeed(11);
          var subsets = Dataset.randomSplit(Numbers.upTo(N), new long[] {20, 3});
          return with(parts(subsets), Generator.defaultGenerator());
        });
  }

  static Set<String> cases() {
    return CASES.keySet();
  }

  @Test
  void allCasesOfTheFileAreCompared() {
    assertThat(new TreeSet<>(CASES.keySet())).isEqualTo(new TreeSet<>(GOLDEN.names()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void orderIsThatOfPyTorch(String name) {
    assertThat(CASES.get(name).get()).isEqualTo(Numbers.list(GOLDEN.get(name).toLongArray()));
  }

  private static List<Long> leftEarly() {
    Torch.manualSeed(11);
    DataLoader.Builder<Long, Tensor> options = loader(5, true, false);
    try (DataLoader<Tensor> loader = options.build()) {
      List<Long> numbers = new ArrayList<>();
      add(numbers, loader.iterator().next().toLongArray());
      numbers.addAll(batches(loader));
      return with(numbers, Generator.defaultGenerator());
    }
  }

  private static List<Long> distributed(int n, int replicas, boolean shuffle, boolean dropLast) {
    List<Long> numbers = new ArrayList<>();
    for (int rank = 0; rank < replicas; rank++) {
      for (int epoch : new int[] {0, 3}) {
        var sampler = new DistributedSampler(Numbers.upTo(n), replicas, rank, shuffle, 5, dropLast);
        sampler.setEpoch(epoch);
        List<Long> order = new ArrayList<>();
        sampler.forEach(order::add);
        assertThat(sampler.size()).isEqualTo(order.size());
        numbers.addAll(order);
        numbers.add(-1L);
      }
    }
    return numbers;
  }

  private static List<Long> split(long... lengths) {
    Generator g = generator(7);
    return with(parts(Dataset.randomSplit(Numbers.upTo(N), lengths, g)), g);
  }

  private static List<Long> split(double... fractions) {
    Generator g = generator(7);
    return with(parts(Dataset.randomSplit(Numbers.upTo(N), fractions, g)), g);
  }

  private static List<Long> parts(List<Subset<Long>> subsets) {
    List<Long> numbers = new ArrayList<>();
    subsets.forEach(subset -> add(numbers, subset.indices()));
    return numbers;
  }

  private static List<Long> twice(Sampler<Long> sampler, Generator generator) {
    List<Long> numbers = new ArrayList<>();
    for (int epoch = 0; epoch < 2; epoch++) {
      sampler.forEach(numbers::add);
      numbers.add(-1L);
    }
    assertThat(numbers).hasSize(2 * (int) (sampler.size() + 1));
    return with(numbers, generator);
  }

  private static DataLoader.Builder<Long, Tensor> loader(
      int batchSize, boolean shuffle, boolean dropLast) {
    return Numbers.loader(N).batchSize(batchSize).shuffle(shuffle).dropLast(dropLast);
  }

  private static List<Long> batches(DataLoader.Builder<Long, Tensor> options) {
    try (DataLoader<Tensor> loader = options.build()) {
      return batches(loader);
    }
  }

  private static List<Long> batches(DataLoader<Tensor> loader) {
    List<Long> numbers = new ArrayList<>();
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      int count = 0;
      for (Tensor batch : loader) {
        add(numbers, batch.toLongArray());
        count++;
      }
      assertThat(loader.size()).isEqualTo(count);
    }
    return numbers;
  }

  private static void add(List<Long> numbers, long[] part) {
    numbers.addAll(Numbers.list(part));
    numbers.add(-1L);
  }

  /** Adds the probe of the script. */
  private static List<Long> with(List<Long> numbers, Generator generator) {
    numbers.add(Torch.randint(0, 1L << 40, new long[0], generator).itemLong());
    return numbers;
  }

  private static Generator generator(long seed) {
    return new Generator().manualSeed(seed);
  }

  private static double[] weights() {
    double[] weights = new double[N];
    for (int i = 0; i < N; i++) {
      weights[i] = ((7 * i) % 10 + 1) / 10.0;
    }
    return weights;
  }

  private static String python(boolean value) {
    return value ? "True" : "False";
  }
}
