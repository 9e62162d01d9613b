package panama.torch.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * Samples per second of an epoch of a shuffled loader with batches of 64, here and in Python
 * ({@code data_loader.py} beside this file), without workers and with two.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class DataLoaderBenchmark {
  private static final int SAMPLES = 100_000;
  private static final int BATCH = 64;
  private static final int FEATURES = 32;
  private static final int SHORTEST = 5;
  private static final int LONGEST = 100;
  private static final int SEQUENCE_FEATURES = 6;

  /**
   * {@code tensors}: rows of 32 floats with a label; {@code padded}: sequences of 5 to 100 steps of
   * 6 floats with a label, padded.
   */
  @Param({"tensors", "padded"})
  public String data;

  @Param({"0", "2"})
  public int workers;

  /** A Python interpreter with torch, for the comparison. */
  @Param("python3")
  public String python;

  /** The loader of this library. */
  @State(Scope.Thread)
  public static class Java {
    private DataLoader<?> loader;

    @Setup(Level.Trial)
    public void makeLoader(DataLoaderBenchmark options) {
      Generator generator = new Generator().manualSeed(0);
      Tensor labels = Torch.randint(0, 10, new long[] {SAMPLES}, generator);
      if (options.data.equals("tensors")) {
        Tensor rows = Torch.randn(new long[] {SAMPLES, FEATURES}, generator);
        loader =
            DataLoader.builder(new TensorDataset(rows, labels))
                .batchSize(BATCH)
                .shuffle(true)
                .workers(options.workers)
                .build();
        return;
      }
      long[] lengths =
          Torch.randint(SHORTEST, LONGEST + 1, new long[] {SAMPLES}, generator).toLongArray();
      List<List<Tensor>> examples = new ArrayList<>();
      for (int i = 0; i < SAMPLES; i++) {
        examples.add(
            List.of(
                Torch.randn(new long[] {lengths[i], SEQUENCE_FEATURES}, generator),
                labels.select(0, i)));
      }
      loader =
          DataLoader.builder(Dataset.of(examples))
              .batchSize(BATCH)
              .shuffle(true)
              .collate(new PadCollate())
              .workers(options.workers)
              .build();
    }

    long epoch() {
      long batches = 0;
      for (var iterator = loader.iterator(); iterator.hasNext(); batches++) {
        try (TensorScope scope = new TensorScope()) {
          Objects.requireNonNull(iterator.next());
        }
      }
      return batches;
    }

    @TearDown(Level.Trial)
    public void end() {
      loader.close();
    }
  }

  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public long java(Java loader) {
    return loader.epoch();
  }

  /** The loader of Python. */
  @State(Scope.Thread)
  public static class Python {
    private PythonProcess process;

    @Setup(Level.Trial)
    public void start(DataLoaderBenchmark options) throws IOException {
      process =
          PythonProcess.start(
              options.python, "data_loader.py", options.data, Integer.toString(options.workers));
      epoch(); // the first includes the start of the process
    }

    String epoch() throws IOException {
      return process.run(Math.ceilDiv(SAMPLES, BATCH));
    }

    @TearDown(Level.Trial)
    public void end() throws IOException, InterruptedException {
      process.end();
    }
  }

  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public String python(Python loader) throws IOException {
    return loader.epoch();
  }
}
