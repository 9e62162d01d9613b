package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.manualSeed;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.randn;
import static panama.torch.Torch.tensor;

import java.util.List;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.nn.utils.parametrizations.Parametrizations;

/** Copies of modules are equal to the original and independent of it. */
class ModuleCopyTest {
  private static class Model extends Module {
    final Embedding encoder = register("encoder", new Embedding(5, 3));
    final Linear decoder = register("decoder", new Linear(3, 5));
    final Linear again = register("again", decoder);
    final BatchNorm1d norm = register("norm", new BatchNorm1d(5));
    final Tensor clock = registerBuffer("clock", ones(1), false);
    final Tensor mask = ones(2); // not registered, so that the factory creates it

    Model() {
      decoder.tie("weight", encoder.weight());
    }

    Tensor forward(Tensor indices) {
      return norm.forward(decoder.forward(encoder.forward(indices)));
    }
  }

  private static final Tensor INDICES = tensor(new long[] {0, 4, 2});

  @Test
  void aCopyIsEqualAndIndependent() {
    Model model = new Model();
    model.to(DType.FLOAT64);
    model.norm.eval();
    model.clock.fill_(7);
    model.decoder.bias().requiresGrad_(false);
    model.forward(INDICES).sum().backward();

    Model copy;
    try (var scope = new TensorScope()) {
      copy = model.copy(Model::new);
      assertThat(copy.mask.isClosed()).isFalse();
    }
    assertThat(copy.forward(INDICES).toDoubleArray())
        .isEqualTo(model.forward(INDICES).toDoubleArray());
    assertThat(copy.clock.item()).isEqualTo(7);
    assertThat(copy.clock.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(copy.norm.isTraining()).isFalse();
    assertThat(copy.decoder.isTraining()).isTrue();
    assertThat(copy.decoder.bias().requiresGrad()).isFalse();
    assertThat(copy.encoder.weight().requiresGrad()).isTrue();
    assertThat(copy.encoder.weight().grad()).isNull();
    assertThat(copy.again).isSameAs(copy.decoder);
    assertThat(copy.decoder.weight()).isSameAs(copy.encoder.weight());
    assertThat(copy.toString()).isEqualTo(model.toString());

    copy.parameters().forEach(parameter -> parameter.detach().fill_(0));
    copy.buffers().forEach(buffer -> buffer.fill_(0));
    assertThat(model.encoder.weight().detach().abs().sum().item()).isGreaterThan(0);
    assertThat(model.clock.item()).isEqualTo(7);
  }

  @Test
  void copyDoesNotAdvanceTheDefaultGenerator() {
    Model model = new Model();
    manualSeed(3);
    float[] expected = randn(4).toFloatArray();
    manualSeed(3);
    model.copy(Model::new);
    assertThat(randn(4).toFloatArray()).isEqualTo(expected);
    manualSeed(3);
    assertThatThrownBy(
            () ->
                model.copy(
                    () -> {
                      randn(1);
                      throw new IllegalStateException("mine");
                    }))
        .hasMessage("mine");
    assertThat(randn(4).toFloatArray()).isEqualTo(expected);
  }

  @Test
  void theFactoryMustApplyTheSameParametrizations() {
    Linear normed = Parametrizations.weightNorm(new Linear(2, 3));
    Linear copy = normed.copy(() -> Parametrizations.weightNorm(new Linear(2, 3)));
    assertThat(copy.weight().toFloatArray()).isEqualTo(normed.weight().toFloatArray());
    assertThatThrownBy(() -> normed.copy(() -> new Linear(2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "missing: parametrizations.weight.original0", "unexpected: weight");
  }

  @Test
  void differencesInStructureAreNamed() {
    Sequential model = new Sequential(new Linear(2, 3), new Tanh());
    assertThatThrownBy(() -> model.copy(() -> new Sequential(new Linear(2, 4), new ReLU())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "factory: expected a Sequential built with the same options as the original, got one"
                + " that differs:",
            "1: expected a Tanh, got a ReLU",
            "0.weight: expected shape [3, 2], got [4, 2]");
    assertThatThrownBy(() -> model.copy(() -> new Linear(2, 3)))
        .hasMessageContaining("the module: expected a Sequential, got a Linear");
    assertThatThrownBy(
            () -> model.copy(() -> new Sequential(new Linear(2, 3), new Tanh(), new Tanh())))
        .hasMessageContaining("unexpected: 2, a Tanh");
    assertThatThrownBy(() -> model.copy(() -> model))
        .hasMessageContaining("0.weight: expected a new tensor, got the original's");

    class Untied extends Model {
      Untied(boolean tied) {
        if (!tied) {
          decoder.tie("weight", randn(5, 3));
        }
      }
    }
    Untied tied = new Untied(true);
    assertThatThrownBy(() -> tied.copy(() -> new Untied(false)))
        .hasMessageContaining(
            "decoder.weight: expected the tensor of encoder.weight, got that of decoder.weight");
  }

  @Test
  void hooksAreNotCopied() {
    Linear model = new Linear(1, 1);
    model.registerForwardHook((module, in, out) -> ((Tensor) out).add(1));
    Linear copy = model.copy(() -> new Linear(1, 1));
    assertThat(copy.forward(ones(1)).item()).isEqualTo(model.forward(ones(1)).item() - 1);
  }

  @Test
  void loadStateDictReturnsTheKeysThatDidNotMatch() {
    Linear model = new Linear(1, 1);
    var state = new java.util.LinkedHashMap<>(new Linear(1, 1).stateDict());
    assertThat(model.loadStateDict(state)).hasToString("<All keys matched successfully>");
    assertThat(model.loadStateDict(state, false).isEmpty()).isTrue();
    state.put("module.weight", state.remove("weight"));
    IncompatibleKeys keys = model.loadStateDict(state, false);
    assertThat(keys.missingKeys()).isEqualTo(List.of("weight"));
    assertThat(keys.unexpectedKeys()).isEqualTo(List.of("module.weight"));
    assertThat(keys)
        .hasToString("IncompatibleKeys(missing_keys=[weight], unexpected_keys=[module.weight])");
  }
}
