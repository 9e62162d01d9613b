package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Submodules are replaced as by an assignment in Python. */
@Tag("locale")
@SuppressWarnings("UnusedVariable") // fields that only reflection reads
class ReplaceTest {
  private static final class Net extends FluentModule<Net> {
    Linear fc = register("fc", new Linear(2, 3));
    final Linear out = register("out", new Linear(3, 1));

    Tensor forward(Tensor x) {
      return out.forward(fc.forward(x));
    }

    void replaceFc(Linear layer) {
      fc = replace("fc", layer);
    }

    void forgetToAssign(Linear layer) {
      replace("fc", layer);
    }

    void replaceAny(String name, Module module) {
      replace(name, module);
    }
  }

  @Test
  void aNewModuleReplacesTheOldOne() {
    Net net = new Net();
    Linear before = net.fc;
    Linear after = new Linear(4, 3, false);
    net.replaceFc(after);
    assertThat(net.children().values()).containsExactly(after, net.out);
    assertThat(net.namedParameters().keySet())
        .containsExactly("fc.weight", "out.weight", "out.bias");
    assertThat(net.parameters()).doesNotContain(before.weight());
    assertThat(net.forward(Torch.ones(5, 4)).shape().is(5, 1)).isTrue();
    assertThatThrownBy(() -> net.forward(Torch.ones(5, 2))).hasMessageStartingWith("fc: x:");
    assertThatThrownBy(() -> before.forward(Torch.ones(5, 4))).hasMessageStartingWith("x:");
  }

  @Test
  void aFieldThatHoldsTheOldModuleIsReportedWithTheFix() {
    Net net = new Net();
    net.forgetToAssign(new Linear(2, 3));
    assertThatIllegalStateException()
        .isThrownBy(net::parameters)
        .withMessageContainingAll(
            "Net.fc: this Linear is not registered in Net", "`fc = replace(\"fc\", ...);`");
    net.replaceFc(new Linear(2, 3));
    assertThat(net.parameters()).hasSize(4);
  }

  @Test
  void aModuleWithTwoNamesKeepsTheOther() {
    class Twice extends Module {
      final Linear shared = register("first", new Linear(2, 2));
      final Linear again = register("second", shared);

      Twice() {
        replace("first", new Linear(3, 2));
      }
    }
    Twice twice = new Twice();
    assertThat(twice.parameters()).hasSize(4).contains(twice.again.weight());
    assertThatThrownBy(() -> twice.again.forward(Torch.ones(1, 3)))
        .hasMessageStartingWith("second: x:");
  }

  @Test
  void theOldModuleIsNoLongerASubmodule() {
    class Part extends Module {
      final Module owner;

      Part(Module owner) {
        this.owner = owner;
      }
    }
    class Whole extends Module {
      Part part = register("part", new Part(this));
    }
    Whole whole = new Whole();
    Part before = whole.part;
    assertThat(before.parameters()).isEmpty();
    whole.part = whole.replace("part", new Part(whole));
    assertThat(whole.parameters()).isEmpty();
    assertThatIllegalStateException()
        .isThrownBy(before::parameters)
        .withMessageContaining("Part.owner: this Whole is not registered");
  }

  @Test
  void invalidReplacementsAreRefused() {
    Net net = new Net();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> net.replaceAny("head", new Linear(1, 1)))
        .withMessageContainingAll("name", "Net", "[fc, out]", "'head'", "register");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> net.replaceAny("fc", net))
        .withMessageContainingAll("module", "Net");
    assertThat(net.parameters()).hasSize(4);
  }
}
