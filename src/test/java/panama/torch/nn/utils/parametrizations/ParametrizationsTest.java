package panama.torch.nn.utils.parametrizations;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static panama.torch.nn.utils.parametrizations.Parametrizations.spectralNorm;
import static panama.torch.nn.utils.parametrizations.Parametrizations.weightNorm;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.Embedding;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.Parametrization;

@Tag("locale")
class ParametrizationsTest {
  private static void refuses(Runnable call, String... words) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContainingAll(words);
  }

  @Test
  void stateDictHasPyTorchsNames() {
    assertThat(weightNorm(new Linear(3, 4)).stateDict().keySet())
        .containsExactly(
            "bias", "parametrizations.weight.original0", "parametrizations.weight.original1");
    assertThat(spectralNorm(new Linear(3, 4)).stateDict().keySet())
        .containsExactly(
            "bias",
            "parametrizations.weight.original",
            "parametrizations.weight.0._u",
            "parametrizations.weight.0._v");
  }

  @Test
  void aStateDictTransfersTheOriginals() {
    Linear from = weightNorm(new Linear(3, 4));
    Linear to = weightNorm(new Linear(3, 4));
    to.loadStateDict(from.stateDict());
    assertThat(to.weight().detach().toFloatArray())
        .isEqualTo(from.weight().detach().toFloatArray());
  }

  @Test
  void theWeightIsComputedFromTheOriginals() {
    Linear layer = weightNorm(new Linear(3, 4));
    try (var guard = Torch.noGrad()) {
      requireNonNull(layer.namedParameters().get("parametrizations.weight.original0")).fill_(2);
      Tensor lengths = layer.weight().mul(layer.weight()).sum(1);
      for (float length : lengths.toFloatArray()) {
        assertThat(length).isCloseTo(4, within(1e-4f));
      }
    }
    assertThat(layer.weight().isLeaf()).isFalse();
  }

  @Test
  void spectralNormFindsTheLargestSingularValue() {
    Torch.manualSeed(0);
    Linear layer = spectralNorm(new Linear(3, 4), "weight", 50, 1e-12, 0);
    Tensor values = Torch.op("aten::linalg_svdvals").arg(layer.weight().detach()).tensor();
    assertThat(values.toFloatArray()[0]).isCloseTo(1, within(1e-4f));
  }

  @Test
  void aSingleOriginalIsTheSameTensor() {
    Linear layer = new Linear(3, 4);
    Tensor weight = layer.weight();
    spectralNorm(layer);
    assertThat(layer.namedParameters()).containsEntry("parametrizations.weight.original", weight);
  }

  @Test
  void frozenParametersStayFrozen() {
    Embedding layer = weightNorm(Embedding.fromPretrained(Torch.ones(6, 3)));
    assertThat(layer.parameters()).hasSize(2).noneMatch(Tensor::requiresGrad);
  }

  @Test
  void parametersAreKeptAfterTheScopeTheyWereCreatedIn() {
    Linear layer;
    try (TensorScope scope = new TensorScope()) {
      layer = spectralNorm(weightNorm(new Linear(3, 4)));
    }
    assertThat(layer.forward(Torch.ones(2, 3)).shape().is(2, 4)).isTrue();
  }

  /** Computes the square of its original. */
  private static final class Square extends Parametrization {
    @Override
    public Tensor forward(List<Tensor> originals) {
      return originals.getFirst().pow(2);
    }

    @Override
    public List<Tensor> rightInverse(Tensor value) {
      return List.of(value.abs().sqrt());
    }
  }

  private static final class Scaled extends Module {
    private final Tensor scale = register("scale", Torch.tensor(new float[] {4, 9}));

    Tensor forward(Tensor x) {
      return call(x, in -> in.mul(use(scale)));
    }
  }

  @Test
  void customModulesCanHaveCustomParametrizations() {
    Scaled module = new Scaled();
    module.registerParametrization("scale", value -> new Square());
    assertThat(
            requireNonNull(module.stateDict().get("parametrizations.scale.original"))
                .toFloatArray())
        .containsExactly(2, 3);
    Tensor y = module.forward(Torch.ones(2));
    assertThat(y.detach().toFloatArray()).containsExactly(4, 9);
    y.sum().backward();
    assertThat(requireNonNull(module.parameters().getFirst().grad()).toFloatArray())
        .containsExactly(4, 6);
    module.registerParametrization("scale", value -> new Square());
    assertThat(module.forward(Torch.ones(2)).detach().toFloatArray()).containsExactly(16, 81);
    assertThat(module.toString()).startsWith("ParametrizedScaled(");
  }

  @Test
  void refusesAForwardThatReadsTheParameterItself() {
    final class ReadsItsField extends Module {
      private final Tensor scale = register("scale", Torch.ones(2, 2));

      Tensor forward(Tensor x) {
        return call(x, in -> in.mul(scale));
      }
    }
    ReadsItsField module = weightNorm(new ReadsItsField(), "scale");
    assertThatIllegalStateException()
        .isThrownBy(() -> module.forward(Torch.ones(2)))
        .withMessageContainingAll("'scale'", "use(...)");
  }

  @Test
  void refusesInvalidArguments() {
    refuses(() -> weightNorm(new Linear(3, 4), "wait"), "[weight, bias]", "'wait'", "Linear");
    refuses(() -> weightNorm(new Linear(3, 4), "weight", 2), "dim", "-2 to 1", "2");
    refuses(() -> spectralNorm(new Linear(3, 4), "weight", 1, 1e-12, -3), "dim", "-3");
    refuses(() -> spectralNorm(new Linear(3, 4), "weight", 0, 1e-12, 0), "nPowerIterations", "0");
    refuses(() -> weightNorm(spectralNorm(new Linear(3, 4))), "weightNorm", "before");
    Linear layer = new Linear(3, 4);
    refuses(
        () ->
            layer.registerParametrization(
                "weight",
                value ->
                    new Parametrization() {
                      @Override
                      public Tensor forward(List<Tensor> originals) {
                        return originals.getFirst().sum(0);
                      }
                    }),
        "[4, 3]",
        "[3]");
    assertThat(layer.stateDict().keySet()).containsExactly("weight", "bias");
    assertThat(layer.forward(Torch.ones(2, 3)).shape().is(2, 4)).isTrue();
  }
}
