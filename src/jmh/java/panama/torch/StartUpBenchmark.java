package panama.torch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From the start of a process to the value of its first tensor, and to its end. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 7)
@Fork(1)
public class StartUpBenchmark {
  @Benchmark
  public void firstTensor() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dpanama.torch.home=" + System.getProperty("panama.torch.home"),
                    "-cp",
                    System.getProperty("java.class.path"),
                    FirstTensor.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var out = process.inputReader()) {
      String printed = out.readLine();
      if (!"5.0".equals(printed) || process.waitFor() != 0) {
        throw new IllegalStateException("the process printed " + printed);
      }
    }
  }

  /** The program that is timed. */
  public static final class FirstTensor {
    private FirstTensor() {}

    public static void main(String[] args) {
      System.out.println(Torch.ones(2).add(4.0).select(0, 0).item());
    }
  }
}
