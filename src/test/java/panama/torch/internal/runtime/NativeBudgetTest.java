package panama.torch.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import panama.torch.ChildJvm;
import panama.torch.Tensor;
import panama.torch.Torch;

/** A loop that closes no tensors, in a separate process with a small heap. */
class NativeBudgetTest {
  private static final long MIB = 1 << 20;
  private static final long BUDGET = 64 * MIB;

  /** Creates 2 GiB of temporaries and prints the largest amount alive, in MiB. */
  static final class ClosesNoTensors {
    private ClosesNoTensors() {}

    public static void main(String[] args) {
      Tensor x = Torch.ones(MIB);
      long most = 0;
      for (int i = 0; i < 512; i++) {
        x.add(1);
        most = Math.max(most, Torch.memory().liveBytes());
      }
      System.out.println(most / MIB);
    }
  }

  private static List<String> run(String... flags) throws Exception {
    var withHeap = new ArrayList<>(List.of("-Xmx256m"));
    withHeap.addAll(List.of(flags));
    List<String> command = ChildJvm.command(ClosesNoTensors.class, withHeap);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = process.inputReader().lines().toList();
    process.waitFor();
    return lines;
  }

  @Test
  void unclosedTensorsStayWithinTheBudget() throws Exception {
    List<String> lines = run("-Dpanama.torch.nativeBudget=" + BUDGET);
    assertThat(lines).hasSize(1);
    long inUse = 4; // x
    assertThat(Long.parseLong(lines.getFirst())).isBetween(inUse + 1, inUse + BUDGET / MIB);
  }

  /** With a very large budget they accumulate, which shows that the budget limits them. */
  @Test
  void unclosedTensorsExceedAnEffectivelyUnlimitedBudget() throws Exception {
    List<String> lines = run("-Dpanama.torch.nativeBudget=" + (100_000 * MIB));
    assertThat(Long.parseLong(lines.getFirst())).isGreaterThan(2 * BUDGET / MIB);
  }

  @Test
  void aBudgetOfZeroIsRefused() throws Exception {
    assertThat(String.join("\n", run("-Dpanama.torch.nativeBudget=0")))
        .contains("panama.torch.nativeBudget: expected a positive number of bytes, got 0");
  }
}
