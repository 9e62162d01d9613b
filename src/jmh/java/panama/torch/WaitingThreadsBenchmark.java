package panama.torch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
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
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.Module;
import panama.torch.nn.RNN;
import panama.torch.optim.AdamW;

/**
 * The time of 20 training steps in a process with different ways in which OpenMP threads wait for
 * work, on a machine that is idle or kept busy by other processes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 20)
@Fork(3)
public class WaitingThreadsBenchmark {
  /**
   * Long enough for the JIT compilers of the trainer's JVM, which also use a processor, to finish.
   */
  private static final Duration WARM_UP = Duration.ofSeconds(12);

  /** The kind of layer, N, L, input size, hidden size. */
  @Param({
    "LSTM 32 30 6 32",
    "RNN 32 5 10 20",
    "GRU 32 5 10 20",
    "LSTM 32 5 10 20",
    "RNN 32 50 64 128",
    "GRU 32 50 64 128",
    "LSTM 32 50 64 128",
    "RNN 32 100 128 256",
    "GRU 32 100 128 256",
    "LSTM 32 100 128 256",
    "RNN 1 100 64 128",
    "GRU 1 100 64 128",
    "LSTM 1 100 64 128"
  })
  public String shape;

  /** The number of other processes, each of which keeps one processor busy. */
  @Param({"0", "2"})
  public int others;

  /** The default of the library, or that of libgomp, which spins 300,000 times. */
  @Param({"default", "GOMP_SPINCOUNT=300000"})
  public String waiting;

  private final List<Process> started = new ArrayList<>();
  private Process trainer;
  private Writer orders;
  private BufferedReader answers;

  @Setup
  public void start() throws IOException {
    for (int i = 0; i < others; i++) {
      started.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Dpanama.torch.home=" + System.getProperty("panama.torch.home"),
            "-cp",
            System.getProperty("java.class.path"),
            Trainer.class.getName(),
            shape);
    List.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")
        .forEach(builder.environment()::remove);
    if (waiting.contains("=")) {
      String[] setting = waiting.split("=", 2);
      builder.environment().put(setting[0], setting[1]);
    }
    trainer = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    started.add(trainer);
    orders = trainer.outputWriter();
    answers = trainer.inputReader();
    long end = System.nanoTime() + WARM_UP.toNanos();
    while (System.nanoTime() < end) {
      twentySteps();
    }
  }

  @Benchmark
  public void twentySteps() throws IOException {
    orders.write("go\n");
    orders.flush();
    if (!"done".equals(answers.readLine())) {
      throw new IllegalStateException("the trainer has ended");
    }
  }

  @TearDown(Level.Trial)
  public void end() {
    started.forEach(Process::destroyForcibly);
  }

  /** The program that trains. */
  public static final class Trainer {
    private Trainer() {}

    public static void main(String[] args) throws IOException {
      String[] words = args[0].split(" ", -1);
      long n = Long.parseLong(words[1]);
      long length = Long.parseLong(words[2]);
      long in = Long.parseLong(words[3]);
      long hidden = Long.parseLong(words[4]);
      Module model;
      UnaryOperator<Tensor> forward;
      switch (words[0]) {
        case "RNN" -> {
          RNN rnn = RNN.builder(in, hidden).batchFirst(true).build();
          model = rnn;
          forward = x -> rnn.forward(x).output();
        }
        case "GRU" -> {
          GRU gru = GRU.builder(in, hidden).batchFirst(true).build();
          model = gru;
          forward = x -> gru.forward(x).output();
        }
        default -> {
          LSTM lstm = LSTM.builder(in, hidden).batchFirst(true).build();
          model = lstm;
          forward = x -> lstm.forward(x).output();
        }
      }
      AdamW optimizer = AdamW.builder(model.parameters()).build();
      Tensor x = Torch.randn(n, length, in);
      var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (lines.readLine() != null) {
        for (int step = 0; step < 20; step++) {
          try (TensorScope scope = new TensorScope()) {
            optimizer.zeroGrad();
            forward.apply(x).pow(2).mean().backward();
            optimizer.step();
          }
        }
        System.out.println("done");
      }
    }
  }
}
