package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.randn;
import static panama.torch.Torch.zeros;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.IndexException;
import panama.torch.LiveTensors;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

@Tag("locale")
class ModuleTest {
  private static final class Network extends Module {
    final Embedding embedding = register("embedding", new Embedding(7, 4, 0));
    final LSTM lstm =
        register("lstm", LSTM.builder(4, 3).bidirectional(true).batchFirst(true).build());
    final Tensor steps = registerBuffer("steps", zeros(1));
    final Sequential head =
        register("head", new Sequential(new Dropout(0.5), new Linear(6, 2, false)));

    Tensor forward(Tensor x) {
      return head.forward(lstm.forward(embedding.forward(x)).output().select(1, -1));
    }
  }

  @Test
  void namesItsParametersAsPyTorchDoes() {
    assertThat(new Network().namedParameters().keySet())
        .containsExactly(
            "embedding.weight",
            "lstm.weight_ih_l0",
            "lstm.weight_hh_l0",
            "lstm.bias_ih_l0",
            "lstm.bias_hh_l0",
            "lstm.weight_ih_l0_reverse",
            "lstm.weight_hh_l0_reverse",
            "lstm.bias_ih_l0_reverse",
            "lstm.bias_hh_l0_reverse",
            "head.1.weight");
    assertThat(new Network().stateDict()).hasSize(11).containsKey("steps");
  }

  @Test
  void printsAsPyTorchDoes() {
    assertThat(new Network())
        .hasToString(
            """
            Network(
              (embedding): Embedding(7, 4, padding_idx=0)
              (lstm): LSTM(4, 3, batch_first=True, bidirectional=True)
              (head): Sequential(
                (0): Dropout(p=0.5, inplace=False)
                (1): Linear(in_features=6, out_features=2, bias=False)
              )
            )\
            """);
  }

  @Test
  void dropoutIsOffInEvaluation() {
    Network network = new Network();
    assertThat(network.isTraining()).isTrue();
    network.eval();
    assertThat(network.head.isTraining()).isFalse();
    Tensor x = zeros(2, 5).to(DType.INT64);
    assertThat(network.forward(x).toFloatArray()).isEqualTo(network.forward(x).toFloatArray());
    network.train();
    assertThat(network.head.isTraining()).isTrue();
  }

  @Test
  void aStateDictTransfersParametersAndBuffers() {
    Network from = new Network();
    Network to = new Network();
    from.steps.fill_(5);
    to.loadStateDict(from.stateDict());
    to.namedParameters()
        .forEach(
            (name, tensor) ->
                assertThat(tensor.toByteArray())
                    .as(name)
                    .isEqualTo(from.namedParameters().get(name).toByteArray()));
    assertThat(to.steps.item()).isEqualTo(5);
  }

  @Test
  void everyInvalidEntryIsNamedAndNothingChanges() {
    Network network = new Network();
    byte[] before = network.embedding.weight().toByteArray();
    Map<String, Tensor> state = new HashMap<>(new Network().stateDict());
    state.remove("steps");
    state.put("stranger", ones(1));
    state.put("head.1.weight", ones(2, 5));
    assertThatThrownBy(() -> network.loadStateDict(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "missing: steps",
            "unexpected: stranger",
            "head.1.weight: expected shape [2, 6], got [2, 5]");
    assertThat(network.embedding.weight().toByteArray()).isEqualTo(before);

    state.put("head.1.weight", ones(2, 6));
    network.loadStateDict(state, false);
    assertThat(network.embedding.weight().toByteArray()).isNotEqualTo(before);
  }

  @Test
  void refusesInvalidNames() {
    class Bad extends Module {
      Bad(String... names) {
        for (String name : names) {
          register(name, ones(1));
        }
      }
    }
    assertThatThrownBy(() -> new Bad("a.b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Bad("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Bad("a", "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("registered already");
  }

  @Test
  void zeroGradDropsGradients() {
    Linear layer = new Linear(3, 2);
    layer.forward(randn(4, 3)).sum().backward();
    assertThat(layer.weight().grad()).isNotNull();
    layer.zeroGrad();
    assertThat(layer.weight().grad()).isNull();
  }

  @Test
  void layersRefuseInvalidInput() {
    LSTM lstm = LSTM.builder(10, 3).batchFirst(true).build();
    assertThatThrownBy(() -> lstm.forward(ones(5, 32, 12)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("(N, L, H_in)", "H_in=10", "batchFirst=true", "[5, 32, 12]");
    assertThatThrownBy(() -> lstm.forward(ones(2, 5, 10), ones(1, 3, 3), ones(1, 2, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("h0: expected shape (D * numLayers, N, H) = [1, 2, 3]");
    assertThatThrownBy(() -> LSTM.builder(0, 3)).hasMessageContaining("inputSize");
    assertThatThrownBy(() -> GRU.builder(1, 0)).hasMessageContaining("hiddenSize");
    assertThatThrownBy(() -> RNN.builder(1, 1).dropout(1.5)).hasMessageContaining("dropout");
    assertThatThrownBy(() -> LSTM.builder(1, 2).projSize(2)).hasMessageContaining("projSize");
    assertThatThrownBy(() -> new Linear(3, 2).forward(ones(4)))
        .hasMessageContaining("(..., in=3), got [4]");
    assertThatThrownBy(() -> new Embedding(3, 2).forward(ones(4))).hasMessageContaining("int64");
    assertThatThrownBy(() -> new Embedding(3, 2).forward(Torch.tensor(new long[] {3})))
        .isInstanceOf(IndexException.class);
  }

  @Test
  void trainingInAScopeLeavesNoTensorsBehind() {
    Network network = new Network();
    Tensor x = zeros(2, 5).to(DType.INT64);
    Runnable step =
        () -> {
          try (var scope = new TensorScope()) {
            network.zeroGrad();
            network.forward(x).sum().backward();
          }
        };
    step.run();
    long before = LiveTensors.settled();
    for (int i = 0; i < 20; i++) {
      step.run();
    }
    assertThat(Torch.memory().liveTensors()).isLessThanOrEqualTo(before);
    assertThat(network.embedding.weight().shape()).isEqualTo(Shape.of(7, 4));
  }

  @Test
  void changesItsTypeInPlace() {
    Network network = new Network();
    Tensor weight = network.embedding.weight();
    weight.sum().backward();
    network.to(DType.FLOAT64);
    assertThat(network.embedding.weight()).isSameAs(weight);
    assertThat(weight.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(weight.grad().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(weight.isLeaf()).isTrue();
    assertThat(weight.requiresGrad()).isTrue();
    assertThat(network.steps.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(network.forward(zeros(2, 5).to(DType.INT64)).dtype()).isEqualTo(DType.FLOAT64);
    assertThatThrownBy(() -> network.to(DType.INT64)).hasMessageContaining("floating-point");
  }

  @Test
  void hooksReceiveAndReplaceInputAndOutput() {
    Linear layer = new Linear(3, 2);
    Tensor x = ones(1, 3);
    List<Object> seen = new ArrayList<>();
    Runnable removePre = layer.registerForwardPreHook((module, in) -> ((Tensor) in).mul(0));
    Runnable remove =
        layer.registerForwardHook(
            (module, in, out) -> {
              seen.add(module);
              return ((Tensor) out).add(1);
            });
    assertThat(layer.forward(x).sub(layer.bias()).toFloatArray())
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(1, 1);
    assertThat(seen).containsExactly(layer);
    removePre.run();
    remove.run();
    layer.forward(x);
    assertThat(seen).hasSize(1);
    layer.registerForwardHook((module, in, out) -> "no tensor");
    assertThatThrownBy(() -> layer.forward(x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected an output of class Tensor, got a String");
  }

  @Test
  void requiresGradFreezesParameters() {
    Network network = new Network();
    network.lstm.requiresGrad_(false);
    network.forward(zeros(2, 5).to(DType.INT64)).sum().backward();
    assertThat(network.lstm.parameters()).allMatch(p -> p.grad() == null);
    assertThat(network.embedding.weight().grad()).isNotNull();
  }

  @Test
  void aSharedWeightIsOneParameterUnderTwoNames() {
    class Tied extends Module {
      Tied() {
        Embedding embedding = register("embedding", new Embedding(5, 3));
        register("projection", new Linear(3, 5, false));
        register("tied", embedding.weight());
      }
    }
    Tied tied = new Tied();
    assertThat(tied.namedParameters()).containsOnlyKeys("tied", "projection.weight");
    assertThat(tied.stateDict()).containsOnlyKeys("tied", "embedding.weight", "projection.weight");
    assertThat(tied.stateDict().get("embedding.weight").toByteArray())
        .isEqualTo(tied.stateDict().get("tied").toByteArray());

    class Twice extends Module {
      final Linear first = register("first", new Linear(2, 2));
      final Linear second = register("second", first);
    }
    Twice twice = new Twice();
    twice.second.forward(twice.first.forward(ones(1, 2))).sum().backward();
    assertThat(twice.namedParameters()).containsOnlyKeys("first.weight", "first.bias");
    assertThat(twice.stateDict()).hasSize(4);
  }

  @Test
  void transientBuffersAreNotSaved() {
    class Clock extends Module {
      Clock() {
        registerBuffer("kept", zeros(1));
        registerBuffer("dropped", zeros(1), false);
      }
    }
    assertThat(new Clock().stateDict()).containsOnlyKeys("kept");
    assertThat(new Clock().namedBuffers()).containsOnlyKeys("kept", "dropped");
    assertThat(new Clock().buffers()).hasSize(2);
  }
}
