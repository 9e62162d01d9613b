package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The default number of threads of an operator. */
class DefaultThreadsTest {
  /** Prints the number of threads. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) {
      System.out.println("threads " + Torch.getNumThreads());
    }
  }

  @Test
  void isAtMostTheProcessorsOfTheJvm() throws Exception {
    assertThat(ChildJvm.run(Program.class, "-XX:ActiveProcessorCount=1").lines())
        .contains("threads 1");
  }

  @Test
  void isWhatTheEnvironmentSets() throws Exception {
    String processors = String.valueOf(Runtime.getRuntime().availableProcessors());
    var result =
        ChildJvm.run(
            Map.of("OMP_NUM_THREADS", processors), Program.class, "-XX:ActiveProcessorCount=1");
    assertThat(result.lines()).contains("threads " + processors);
  }
}
