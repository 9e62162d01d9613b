package panama.torch.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import panama.torch.DType;
import panama.torch.Tensor;

/**
 * The time to read 64,000 random records of 4 KiB from a file of 1 GiB, in batches of 64, from a
 * memory-mapped dataset and, for comparison, by a read from the file for each record: with the file
 * in the page cache of the operating system ({@code warm}) and without ({@code cold}, Linux only).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 10)
@Fork(1)
public class MemoryMappedDatasetBenchmark {
  private static final int RECORDS = 1 << 18;
  private static final int FLOATS = 1024;
  private static final int BATCHES = 1000;
  private static final int BATCH = 64;

  @Param({"warm", "cold"})
  public String cache;

  private final Random random = new Random(1);
  private final ByteBuffer batch = ByteBuffer.allocateDirect(BATCH * FLOATS * Float.BYTES);
  private Path file;
  private FileChannel channel;
  private MemoryMappedDataset dataset;

  @Setup(Level.Trial)
  public void writeFile() throws IOException {
    file = Files.createTempFile("records", ".bin");
    byte[] record = new byte[FLOATS * Float.BYTES];
    try (var output = Files.newOutputStream(file)) {
      for (int i = 0; i < RECORDS; i++) {
        random.nextBytes(record);
        output.write(record);
      }
    }
    channel = FileChannel.open(file, StandardOpenOption.READ);
    dataset = MemoryMappedDataset.open(file, DType.FLOAT32, FLOATS);
  }

  /** Maps the file anew, since the operating system keeps mapped pages in its cache. */
  @Setup(Level.Invocation)
  public void emptyCache() throws IOException, InterruptedException {
    if (cache.equals("cold")) {
      dataset.close();
      Process dd =
          new ProcessBuilder(
                  "dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0")
              .redirectErrorStream(true)
              .start();
      dd.getInputStream().readAllBytes();
      if (dd.waitFor() != 0) {
        throw new IOException("dd failed with " + dd.exitValue());
      }
      dataset = MemoryMappedDataset.open(file, DType.FLOAT32, FLOATS);
    }
  }

  @TearDown(Level.Trial)
  public void deleteFile() throws IOException {
    dataset.close();
    channel.close();
    Files.delete(file);
  }

  private long[] indices() {
    return random.longs(BATCH, 0, RECORDS).toArray();
  }

  @Benchmark
  public long mapped() {
    long numel = 0;
    for (int i = 0; i < BATCHES; i++) {
      try (Tensor records = dataset.getStacked(indices())) {
        numel += records.numel();
      }
    }
    return numel;
  }

  @Benchmark
  public long reads() throws IOException {
    long bytes = 0;
    for (int i = 0; i < BATCHES; i++) {
      batch.clear();
      for (long index : indices()) {
        batch.limit(batch.position() + FLOATS * Float.BYTES);
        bytes += channel.read(batch, index * FLOATS * Float.BYTES);
      }
    }
    return bytes;
  }
}
