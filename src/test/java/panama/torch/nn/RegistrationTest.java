package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.randn;
import static panama.torch.Torch.tensor;

import java.util.Map;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.nn.utils.parametrizations.Parametrizations;

/**
 * Registering a new tensor enables its gradient; a parameter keeps its requiresGrad, as in PyTorch.
 */
@SuppressWarnings("UnusedVariable") // fields whose initialization registers something
class RegistrationTest {
  private static final class Holder extends Module {
    Holder with(String name, Tensor parameter) {
      register(name, parameter);
      return this;
    }

    Holder with(String name, Tensor parameter, boolean requiresGrad) {
      register(name, parameter, requiresGrad);
      return this;
    }
  }

  @Test
  void registeringANewTensorEnablesItsGradient() {
    Tensor fresh = randn(2);
    new Holder().with("fresh", fresh);
    assertThat(fresh.requiresGrad()).isTrue();
  }

  @Test
  void aFrozenParameterStaysFrozen() {
    Embedding pretrained = Embedding.fromPretrained(randn(3, 2));
    new Holder().with("weight", pretrained.weight());
    assertThat(pretrained.weight().requiresGrad()).isFalse();

    EmbeddingBag bag = EmbeddingBag.fromPretrained(randn(3, 2));
    new Holder().with("weight", bag.weight());
    assertThat(bag.weight().requiresGrad()).isFalse();

    Linear frozen = new Linear(2, 2);
    frozen.requiresGrad_(false);
    Holder holder = new Holder().with("weight", frozen.weight()).with("again", frozen.weight());
    assertThat(frozen.weight().requiresGrad()).isFalse();
    holder.requiresGrad_(true);
    assertThat(frozen.weight().requiresGrad()).isTrue();
  }

  @Test
  void registerCanSetRequiresGrad() {
    Tensor frozen = randn(2);
    Tensor trained = Embedding.fromPretrained(randn(3, 2)).weight();
    new Holder().with("frozen", frozen, false).with("trained", trained, true);
    assertThat(frozen.requiresGrad()).isFalse();
    assertThat(trained.requiresGrad()).isTrue();
    new Holder().with("again", frozen);
    assertThat(frozen.requiresGrad()).isFalse();
  }

  @Test
  void changesOfAModuleKeepItsParametersFrozen() {
    Embedding frozen = Embedding.fromPretrained(randn(3, 2));
    frozen.to(DType.FLOAT64);
    frozen.loadStateDict(Map.of("weight", ones(3, 2)));
    frozen.train();
    assertThat(frozen.weight().requiresGrad()).isFalse();

    Linear layer = new Linear(2, 3);
    layer.requiresGrad_(false);
    Parametrizations.weightNorm(layer);
    assertThat(layer.parameters()).hasSize(3).noneMatch(Tensor::requiresGrad);
    Linear spectral = new Linear(2, 3);
    spectral.requiresGrad_(false);
    Parametrizations.spectralNorm(spectral);
    assertThat(spectral.parameters()).hasSize(2).noneMatch(Tensor::requiresGrad);
  }

  @Test
  void refusesTensorsThatCannotBeTrained() {
    assertThatThrownBy(() -> new Holder().with("steps", tensor(new long[] {1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'steps'", "int64", "registerBuffer");
    assertThat(new Holder().with("steps", tensor(new long[] {1}), false).parameters()).hasSize(1);
    Tensor result = ones(2).requiresGrad_().mul(2);
    assertThatThrownBy(() -> new Holder().with("scale", result))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("leaf", "'scale'", ".detach()");
    assertThat(new Holder().with("scale", result.detach()).parameters()).hasSize(1);
  }

  @Test
  void namesAnonymousModules() {
    Module anonymous =
        new Module() {
          final Linear first = register("fc", new Linear(1, 1));
        };
    assertThat(anonymous.toString()).startsWith("RegistrationTest$1(\n  (fc): Linear(");
    assertThatThrownBy(() -> anonymous.loadStateDict(Map.of()))
        .hasMessageContaining("does not fit RegistrationTest$1:");
    assertThatThrownBy(
            () ->
                new Module() {
                  final Linear first = register("fc", new Linear(1, 1));
                  final Linear second = register("fc", new Linear(1, 1));
                })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name: 'fc' is registered already in RegistrationTest$2");
  }
}
