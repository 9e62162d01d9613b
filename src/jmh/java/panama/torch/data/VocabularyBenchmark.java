package panama.torch.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.data.preprocessing.Vocabulary;

/**
 * Characters or words per second that a vocabulary encodes to a tensor, here and in Python ({@code
 * vocabulary.py} beside this file).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class VocabularyBenchmark {
  private static final int ENTRIES = 60_000;

  @Param({"CHARACTERS", "WORDS"})
  public Vocabulary.Unit unit;

  /** A Python interpreter with torch, for the comparison. */
  @Param("python3")
  public String python;

  private String text;
  private Vocabulary vocabulary;

  /** Makes words of five letters, some of them frequent. */
  @Setup
  public void makeText() {
    Random random = new Random(1);
    String words =
        IntStream.range(0, ENTRIES)
            .mapToObj(
                i ->
                    String.format(
                        Locale.ROOT, "%05d", (int) Math.abs(random.nextGaussian() * 5000)))
            .collect(Collectors.joining(" "));
    text = unit == Vocabulary.Unit.WORDS ? words : words.substring(0, ENTRIES);
    vocabulary = Vocabulary.builder(unit).add(text).build();
  }

  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public long java() {
    try (Tensor indices = Torch.tensor(vocabulary.encode(text))) {
      return indices.numel();
    }
  }

  /** The same vocabulary and text in Python. */
  @State(Scope.Thread)
  public static class Python {
    private Path file;
    private PythonProcess process;

    @Setup(Level.Trial)
    public void start(VocabularyBenchmark options) throws IOException {
      file = Files.createTempFile("vocabulary", ".txt");
      Files.writeString(file, options.text);
      process =
          PythonProcess.start(
              options.python, "vocabulary.py", options.unit.name(), file.toString());
      process.run(ENTRIES);
    }

    @TearDown(Level.Trial)
    public void end() throws IOException, InterruptedException {
      process.end();
      Files.delete(file);
    }
  }

  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public String python(Python vocabulary) throws IOException {
    return vocabulary.process.run(ENTRIES);
  }
}
