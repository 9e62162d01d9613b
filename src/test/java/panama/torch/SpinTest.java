package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * On a busy machine, waiting OpenMP threads spin only briefly, unless the user has set the time.
 */
class SpinTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @BeforeAll
  static void isOnLinux() {
    assumeTrue(
        System.getProperty("os.name").equals("Linux"),
        "SKIPPED: the spin is adapted on Linux only");
  }

  private static boolean isBrief() {
    return Torch.buildInfo().contains("OpenMP threads spin: briefly");
  }

  /** Keeps the machine busy and computes until the threads spin only briefly. */
  static final class OnABusyMachine {
    public static void main(String[] args) {
      for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  while (true) {
                    Thread.onSpinWait();
                  }
                });
      }
      Tensor x = Torch.randn(64, 64);
      long end = System.nanoTime() + PATIENCE.toNanos();
      boolean brief = false;
      while (!brief && System.nanoTime() < end) {
        for (int i = 0; i < 1000; i++) {
          x.matmul(x).close();
        }
        brief = isBrief();
      }
      System.out.println(brief);
    }
  }

  @Test
  void isBriefOnABusyMachine() throws Exception {
    ChildJvm.Result result = ChildJvm.run(OnABusyMachine.class);
    assertThat(result.lines()).as(result.toString()).containsExactly("true");
  }

  static final class TellsOfTheSpin {
    public static void main(String[] args) {
      System.out.println(Torch.buildInfo().contains("OpenMP threads spin"));
    }
  }

  private static List<String> tellsOfTheSpin(Map<String, String> environment) {
    try {
      return ChildJvm.run(environment, TellsOfTheSpin.class).lines();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void isTheUsersWhereHeHasChosen() throws Exception {
    assertThat(tellsOfTheSpin(Map.of())).containsExactly("true");
    Map.of("OMP_WAIT_POLICY", "PASSIVE", "GOMP_SPINCOUNT", "7", "KMP_BLOCKTIME", "1")
        .forEach(
            (variable, value) ->
                assertThat(tellsOfTheSpin(Map.of(variable, value)))
                    .as(variable)
                    .containsExactly("false"));
  }

  /** Prints the environment variables of a child process. */
  static final class StartsAProcess {
    public static void main(String[] args) throws IOException, InterruptedException {
      Torch.ones(1);
      Process env = new ProcessBuilder("env").start();
      System.out.print(new String(env.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      env.waitFor();
    }
  }

  @Test
  void leavesNoVariablesToChildProcesses() throws Exception {
    assertThat(ChildJvm.run(StartsAProcess.class).lines())
        .isNotEmpty()
        .noneMatch(
            line ->
                Set.of("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME", "PANAMA_TORCH_SPIN")
                    .contains(line.split("=", 2)[0]));
  }

  /** Asks the JDK for its copy of the environment while the library loads. */
  static final class ReadsTheEnvironmentMeanwhile {
    public static void main(String[] args) throws Throwable {
      Linker linker = Linker.nativeLinker();
      MethodHandle getenv =
          linker.downcallHandle(
              linker.defaultLookup().find("getenv").orElseThrow(),
              FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
      MemorySegment name = Arena.global().allocateFrom("GOMP_SPINCOUNT");
      Thread loading = Thread.ofPlatform().start(() -> Torch.ones(1));
      while (((MemorySegment) getenv.invokeExact(name)).address() == 0 && loading.isAlive()) {
        Thread.onSpinWait();
      }
      System.out.println(loading.isAlive() + " " + System.getenv("GOMP_SPINCOUNT"));
      loading.join();
    }
  }

  @Test
  void showsNoVariablesToTheProgram() throws Exception {
    ChildJvm.Result result = ChildJvm.run(ReadsTheEnvironmentMeanwhile.class);
    assertThat(result.lines()).as(result.toString()).containsExactly("true null");
  }
}
