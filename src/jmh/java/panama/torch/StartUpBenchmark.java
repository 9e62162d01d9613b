package panama.torch;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
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

/**
 * The time from the start of a process to the value of its first tensor: with the jars of {@code
 * mvn package} and a warm cache, without and with an AOT cache, and in Python.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 7)
@Fork(1)
public class StartUpBenchmark {
  /** A Python interpreter with torch, for the comparison. */
  @Param("python3")
  public String python;

  private Path folder;
  private List<String> java;
  private Process process;

  @Setup
  public void findJars() throws IOException {
    folder = Files.createTempDirectory("panama-torch-start-up");
    Path target = Path.of("target");
    List<Path> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(target)) {
      files
          .filter(
              file -> file.toString().matches(".*SNAPSHOT(|-(libtorch-)?[a-z]+-[a-z0-9_]+)\\.jar"))
          .forEach(jars::add);
    }
    if (jars.size() != 3) {
      throw new IllegalStateException(
          "expected three jars in "
              + target.toAbsolutePath()
              + ", got "
              + jars
              + "; run mvn package");
    }
    // An AOT cache supports only jars, not folders.
    Path program = folder.resolve("first-tensor.jar");
    Path classes = Path.of("target", "test-classes");
    String name = FirstTensor.class.getName().replace('.', '/') + ".class";
    int status =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(System.out, System.err, "-cf", program.toString(), "-C", classes.toString(), name);
    if (status != 0) {
      throw new IllegalStateException("jar ended with " + status);
    }
    jars.add(program);
    List<String> path = new ArrayList<>(jars.stream().map(Path::toString).toList());
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (entry.matches(".*(jspecify|jackson-core)-[^/\\\\]*\\.jar")) {
        path.add(entry);
      }
    }
    java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            String.join(File.pathSeparator, path),
            FirstTensor.class.getName());
  }

  @Benchmark
  public void jars() throws IOException {
    start(java);
  }

  @Benchmark
  public void aotCache() throws IOException, InterruptedException {
    Path cache = folder.resolve("first-tensor.aot");
    if (Files.notExists(cache)) { // in a warm-up iteration
      start(javaWith("-XX:AOTCacheOutput=" + cache));
    } else {
      start(javaWith("-XX:AOTCache=" + cache));
    }
  }

  private List<String> javaWith(String flag) {
    List<String> command = new ArrayList<>(java);
    command.add(1, flag);
    return command;
  }

  @Benchmark
  public void python() throws IOException {
    start(
        List.of(
            python,
            "-c",
            "import torch; print(torch.ones(2).add(4.0).select(0, 0).item(), flush=True)"));
  }

  /** Runs a process until it has printed the value; its end is not measured. */
  private void start(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = process.inputReader().readLine();
    if (!"5.0".equals(printed)) {
      throw new IllegalStateException(command.getFirst() + " printed " + printed);
    }
  }

  @TearDown(Level.Invocation)
  public void end() throws IOException, InterruptedException {
    process.inputReader().transferTo(Writer.nullWriter());
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the process ended with " + process.exitValue());
    }
  }

  /** The measured program. */
  public static final class FirstTensor {
    private FirstTensor() {}

    public static void main(String[] args) {
      System.out.println(Torch.ones(2).add(4.0).select(0, 0).item());
    }
  }
}
