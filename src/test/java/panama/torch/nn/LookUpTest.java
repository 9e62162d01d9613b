package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.nn.utils.parametrizations.Parametrizations;

/** Submodules, parameters and buffers by their full names. */
@Tag("locale")
class LookUpTest {
  private static final class Net extends Module {
    final GRU gru = register("gru", GRU.builder(2, 3).build());
    final ModuleList<BatchNorm1d> norms =
        register("norms", new ModuleList<>(List.of(new BatchNorm1d(3), new BatchNorm1d(3))));
  }

  private final Net net = new Net();

  private void refuses(Runnable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }

  @Test
  void namesAreJoinedByDots() {
    assertThat(net.getSubmodule("")).isSameAs(net);
    assertThat(net.getSubmodule("norms.1")).isSameAs(net.norms.get(1));
    assertThat(net.gru.getParameter("weight_ih_l0"))
        .isSameAs(net.getParameter("gru.weight_ih_l0"))
        .isSameAs(net.namedParameters().get("gru.weight_ih_l0"));
    assertThat(net.getBuffer("norms.0.running_mean"))
        .isSameAs(net.namedBuffers().get("norms.0.running_mean"));
  }

  @Test
  void everyNameIsFound() {
    net.namedModules()
        .forEach((name, module) -> assertThat(net.getSubmodule(name)).isSameAs(module));
    net.namedParameters()
        .forEach((name, tensor) -> assertThat(net.getParameter(name)).isSameAs(tensor));
    net.namedBuffers().forEach((name, tensor) -> assertThat(net.getBuffer(name)).isSameAs(tensor));
  }

  @Test
  void errorsListTheExistingNames() {
    refuses(
        () -> net.getSubmodule("lstm"),
        "target: expected the name of a submodule, got 'lstm': Net has the submodules [gru,"
            + " norms]");
    refuses(
        () -> net.getParameter("gru.weight_ih_l1"),
        "target: expected the name of a parameter, got 'gru.weight_ih_l1': gru, GRU, has the"
            + " parameters [weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0]");
    refuses(
        () -> net.getParameter("norms.2.weight"),
        "target: expected the name of a submodule, got 'norms.2': norms, ModuleList, has the"
            + " submodules [0, 1]");
    refuses(
        () -> net.getBuffer("gru.h"),
        "target: expected the name of a buffer, got 'gru.h': gru, GRU, has no buffers");
    refuses(
        () -> net.getSubmodule("gru."),
        "target: expected the name of a submodule, got 'gru.': gru, GRU, has no submodules");
    refuses(
        () -> net.getParameter("gru"),
        "target: expected the name of a parameter, got 'gru': Net has no parameters");
  }

  @Test
  void aParametrizedWeightIsPointedOut() {
    Linear linear = Parametrizations.spectralNorm(new Linear(2, 3));
    refuses(
        () -> linear.getParameter("weight"),
        "target: expected the name of a parameter, got 'weight': Linear has the parameters [bias];"
            + " a parametrization computes 'weight' from parametrizations.weight.original");
    assertThat(linear.getParameter("parametrizations.weight.original").shape().is(3, 2)).isTrue();
  }
}
