package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;

/** The check of fields that nobody registered can be turned off. */
class FieldCheckOffTest {
  /** Prints how many parameters it has. */
  static final class Program {
    @SuppressWarnings("UnusedVariable") // read by reflection
    private static final class Net extends Module {
      final Linear fc = new Linear(1, 1);
    }

    private Program() {}

    public static void main(String[] args) {
      System.out.println("parameters: " + new Net().parameters().size());
    }
  }

  @Test
  void aPropertyTurnsTheCheckOff() throws Exception {
    assertThat(ChildJvm.run(Program.class, "-Dpanama.torch.checkFields=false").lines())
        .contains("parameters: 0");
    assertThat(ChildJvm.run(Program.class).lines())
        .anyMatch(line -> line.contains("Net.fc: this Linear is not registered"));
  }
}
