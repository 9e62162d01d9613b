package panama.torch.data;

import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import panama.torch.data.preprocessing.Vocabulary;

/** How many characters and words a vocabulary encodes per second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class VocabularyBenchmark {
  private static final int WORDS = 10_000;
  private static final int CHARACTERS = 6 * WORDS;

  private String text;
  private Vocabulary characters;
  private Vocabulary words;

  /** Makes words of five letters and a space, some of them frequent. */
  @Setup
  public void makeText() {
    Random random = new Random(1);
    text =
        IntStream.range(0, WORDS)
            .mapToObj(
                i ->
                    String.format(
                        Locale.ROOT, "%05d ", (int) Math.abs(random.nextGaussian() * 5000)))
            .collect(Collectors.joining());
    characters = Vocabulary.builder(Vocabulary.Unit.CHARACTERS).add(text).build();
    words = Vocabulary.builder(Vocabulary.Unit.WORDS).add(text).build();
  }

  @Benchmark
  @OperationsPerInvocation(CHARACTERS)
  public long[] characters() {
    return characters.encode(text);
  }

  @Benchmark
  @OperationsPerInvocation(WORDS)
  public long[] words() {
    return words.encode(text);
  }
}
