package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;

/** A property turns off the check for unregistered fields. */
class FieldCheckOffTest {
  /** Prints the number of parameters of a module with an unregistered field. */
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
