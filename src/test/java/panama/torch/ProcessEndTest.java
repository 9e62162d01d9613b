package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.Module;
import panama.torch.optim.Adam;

/**
 * A process ends with the expected exit status, no matter what its threads are doing: loading
 * libtorch, calling it for the first time, training, or computing on virtual threads or in the
 * common pool.
 */
class ProcessEndTest {
  private static final int DELAYS = 17;
  private static final int LONGEST_DELAY_MILLIS = 900;
  private static final int EXIT_STATUS = 7;
  private static final int STATUS_OF_SIGTERM = 128 + 15;

  /** The work of the daemon threads that are running when the process ends. */
  enum Work {
    LOAD(run -> Thread.ofPlatform().daemon().start(run)) {
      @Override
      void step() {
        Torch.ones(1);
        sleep(1000);
      }
    },
    TRAINING(run -> Thread.ofPlatform().daemon().start(run)) {
      @Override
      void step() {
        LSTM lstm = LSTM.builder(8, 16).build();
        Adam adam = Adam.builder(lstm.parameters()).build();
        for (int length = 1; length < 50; length++) {
          try (TensorScope scope = new TensorScope()) {
            adam.zeroGrad();
            lstm.forward(Torch.randn(length, 4, 8)).output().sum().backward();
            adam.step();
          }
        }
      }
    },
    VIRTUAL_THREADS(Thread::startVirtualThread) {
      @Override
      void step() {
        infer(LSTM.builder(8, 16).build(), GRU.builder(8, 16).build());
      }
    },
    COMMON_POOL(ForkJoinPool.commonPool()::execute) {
      @Override
      void step() {
        infer(LSTM.builder(8, 16).build(), GRU.builder(8, 16).build());
      }
    };

    @SuppressWarnings("ImmutableEnumChecker") // a method reference without state
    private final Consumer<Runnable> start;

    Work(Consumer<Runnable> start) {
      this.start = start;
    }

    abstract void step();

    static void infer(LSTM lstm, GRU gru) {
      for (int length = 1; length < 50; length++) {
        try (TensorScope scope = new TensorScope()) {
          Tensor x = Torch.randn(length, 4, 8);
          lstm.forward(x).output().add(gru.forward(x).output()).sum().item();
        }
      }
    }

    void begin(int threads) {
      for (int i = 0; i < threads; i++) {
        start.accept(
            () -> {
              while (true) {
                step();
              }
            });
      }
    }
  }

  enum End {
    RETURN(0) {
      @Override
      void come() {}
    },
    EXIT(EXIT_STATUS) {
      @Override
      void come() {
        System.exit(EXIT_STATUS);
      }
    },
    SIGTERM(STATUS_OF_SIGTERM) {
      @Override
      void come() {
        try {
          new ProcessBuilder("kill", Long.toString(ProcessHandle.current().pid())).start();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        sleep(60_000);
      }
    };

    final int status;

    End(int status) {
      this.status = status;
    }

    abstract void come();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts the work, waits, and ends the process. */
  static final class Program {
    public static void main(String[] args) {
      Work.valueOf(System.getProperty("work")).begin(3);
      sleep(Long.getLong("delay"));
      End.valueOf(System.getProperty("end")).come();
    }
  }

  /**
   * Returns an empty string if the process ended with the expected status, otherwise a description.
   */
  private static String wrong(Work work, End end, long delay, String... flags) throws Exception {
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(
        List.of(
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-Dwork=" + work,
            "-Dend=" + end,
            "-Ddelay=" + delay));
    ChildJvm.Result result = ChildJvm.run(Program.class, all.toArray(String[]::new));
    return result.status() == end.status
        ? ""
        : "%s, %s after %s ms: expected status %s, got %s"
            .formatted(work, end, delay, end.status, result);
  }

  @Test
  void keepsItsStatusAfterTwoHundredDelays() throws Exception {
    List<Callable<String>> runs = new ArrayList<>();
    for (int i = 0; i < DELAYS; i++) {
      long delay = (long) LONGEST_DELAY_MILLIS * i / (DELAYS - 1);
      for (Work work : Work.values()) {
        for (End end : End.values()) {
          runs.add(
              () ->
                  wrong(
                      work, end, delay, "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        }
      }
    }
    assertThat(runs.size()).isGreaterThan(200);
    assertNoneIsWrong(runs);
  }

  /**
   * If a process ends while libtorch is loading, static constructors and destructors of libtorch
   * run concurrently. Without {@code ProcessEnd}, some of these processes crash in every run of
   * this test.
   */
  @Test
  void keepsItsStatusWhileLibtorchIsLoading() throws Exception {
    List<Callable<String>> runs = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      long delay = 100 + 10L * i;
      for (End end : List.of(End.RETURN, End.EXIT)) {
        runs.add(() -> wrong(Work.LOAD, end, delay));
      }
    }
    assertNoneIsWrong(runs);
  }

  private static void assertNoneIsWrong(List<Callable<String>> runs) throws Exception {
    try (ExecutorService three = Executors.newFixedThreadPool(3)) {
      List<String> wrong = new ArrayList<>();
      for (Future<String> result : three.invokeAll(runs)) {
        if (!result.get().isEmpty()) {
          wrong.add(result.get());
        }
      }
      assertThat(wrong).isEmpty();
    }
  }

  /** Computes in a shutdown hook, as a service that saves its model. */
  static final class UsesTensorsInAShutdownHook {
    public static void main(String[] args) {
      Module model = LSTM.builder(8, 16).build();
      Work.TRAINING.begin(2);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    for (int i = 0; i < 100; i++) {
                      model.stateDict().values().forEach(t -> t.sum().item());
                      sleep(5);
                    }
                    System.out.println("saved");
                  }));
      sleep(300);
      System.exit(EXIT_STATUS);
    }
  }

  @Test
  void shutdownHooksCanUseTensors() throws Exception {
    ChildJvm.Result result = ChildJvm.run(UsesTensorsInAShutdownHook.class);
    assertThat(result.lines()).as(result.toString()).containsExactly("saved");
    assertThat(result.status()).isEqualTo(EXIT_STATUS);
  }

  /** Halts during training, which runs no shutdown hooks. */
  static final class Halts {
    public static void main(String[] args) {
      Work.TRAINING.begin(3);
      sleep(1500);
      Runtime.getRuntime().halt(EXIT_STATUS);
    }
  }

  @Test
  void keepsItsStatusWhenHalted() throws Exception {
    assertThat(ChildJvm.run(Halts.class).status()).isEqualTo(EXIT_STATUS);
  }

  /** Loads libtorch in a shutdown hook. */
  static final class LoadsTooLate {
    public static void main(String[] args) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      Torch.ones(1);
                    } catch (UnsatisfiedLinkError e) {
                      System.out.println(e.getMessage());
                    }
                  }));
    }
  }

  @Test
  void refusesToLoadLibtorchDuringShutdown() throws Exception {
    ChildJvm.Result result = ChildJvm.run(LoadsTooLate.class);
    assertThat(result.lines())
        .containsExactly(
            "the JVM is shutting down: libtorch is not loaded any more; use it once before");
    assertThat(result.status()).isZero();
  }
}
