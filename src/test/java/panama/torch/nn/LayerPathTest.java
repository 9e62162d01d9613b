package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.randn;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.zeros;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.IndexException;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.nn.utils.parametrizations.Parametrizations;

/** An error in a layer begins with the full name of the layer in the network. */
class LayerPathTest {
  private static final class Encoder extends Module {
    final Embedding embedding = register("embedding", new Embedding(5, 3));
    final LSTM rnn = register("rnn", LSTM.builder(3, 4).build());

    LSTM.Output forward(Tensor x) {
      return rnn.forward(x);
    }
  }

  private static final class Model extends Module {
    final Encoder encoder = register("encoder", new Encoder());
    final Sequential head =
        register("head", new Sequential(new Dropout(0), new Sequential(new Linear(4, 2))));

    Tensor forward(Tensor x) {
      return head.forward(encoder.forward(x).output());
    }
  }

  @Test
  void checksInJavaNameTheLayer() {
    Model model = new Model();
    assertThatThrownBy(() -> model.forward(ones(2, 1, 7)))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("encoder.rnn: x: expected shape (L, N, H_in)");
    assertThatThrownBy(() -> model.forward(ones(2, 1, 3).to(DType.FLOAT64)))
        .isInstanceOf(DTypeException.class)
        .hasMessageStartingWith("encoder.rnn: ");
    assertThatThrownBy(() -> model.head.forward(ones(2, 3)))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("head.1.0: x: expected shape (..., in=4), got [2, 3]");
  }

  @Test
  void errorsOfLibtorchNameTheLayer() {
    Model model = new Model();
    assertThatThrownBy(() -> model.encoder.embedding.forward(tensor(new long[] {9})))
        .isInstanceOf(IndexException.class)
        .hasMessageStartingWith("encoder.embedding: ");
    ArgumentException e =
        catchThrowableOfType(
            ArgumentException.class, () -> model.head.forward(ones(2, 4).to(DType.INT64)));
    assertThat(e).hasMessageStartingWith("head.1.0: ");
    assertThat(e.nativeBacktrace()).isNotEmpty();
  }

  @Test
  void aLayerOutsideANetworkHasNoName() {
    assertThatThrownBy(() -> new Linear(4, 2).forward(ones(3)))
        .hasMessageStartingWith("x: expected shape");
    assertThatThrownBy(() -> new Sequential(new Linear(4, 2)).forward(ones(3)))
        .hasMessageStartingWith("0: x: expected shape");
  }

  @Test
  void aSharedLayerHasItsFirstName() {
    Linear shared = new Linear(4, 4);
    Sequential first = new Sequential(new Tanh(), shared, shared);
    Sequential second = new Sequential(shared);
    assertThatThrownBy(() -> second.forward(ones(3))).hasMessageStartingWith("1: x: ");
    assertThat(first.modules()).contains(shared);
  }

  @Test
  void hooksAndParametrizationsAreInTheLayer() {
    Sequential model = new Sequential(new ReLU(), Parametrizations.weightNorm(new Linear(2, 2)));
    Linear layer = (Linear) model.children().get("1");
    layer.registerForwardPreHook((module, x) -> ((Tensor) x).sum());
    assertThatThrownBy(() -> model.forward(ones(2)))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith("1: x: expected shape (..., in=2), got []");
  }

  @Test
  void aPreHookCanCorrectTheInput() {
    Linear layer = new Linear(2, 2);
    layer.registerForwardPreHook((module, x) -> ((Tensor) x).reshape(-1, 2));
    assertThat(layer.forward(ones(4, 1)).size(0)).isEqualTo(2);
  }

  /** Calls every kind of layer with invalid input. */
  @Test
  void everyLayerIsNamed() {
    Map<Module, Consumer<Module>> layers = new LinkedHashMap<>();
    layers.put(new Linear(2, 2), m -> ((Linear) m).forward(ones(3)));
    layers.put(new Bilinear(2, 2, 2), m -> ((Bilinear) m).forward(ones(3), ones(2)));
    layers.put(new Embedding(2, 2), m -> ((Embedding) m).forward(ones(1)));
    layers.put(EmbeddingBag.builder(2, 2).build(), m -> ((EmbeddingBag) m).forward(ones(1, 1)));
    layers.put(LayerNorm.builder(2).build(), m -> ((LayerNorm) m).forward(ones(3)));
    layers.put(new BatchNorm1d(2), m -> ((BatchNorm1d) m).forward(ones(3, 3)));
    layers.put(Conv1d.builder(2, 2, 1).build(), m -> ((Conv1d) m).forward(ones(1, 3, 3)));
    layers.put(MaxPool1d.builder(2).build(), m -> ((MaxPool1d) m).forward(ones(3)));
    layers.put(MaxPool1d.builder(3).build(), m -> ((MaxPool1d) m).forwardWithIndices(ones(3)));
    layers.put(AvgPool1d.builder(2).build(), m -> ((AvgPool1d) m).forward(ones(3)));
    layers.put(new AdaptiveAvgPool1d(2), m -> ((AdaptiveAvgPool1d) m).forward(ones(3)));
    layers.put(new AdaptiveMaxPool1d(2), m -> ((AdaptiveMaxPool1d) m).forward(ones(3)));
    layers.put(new Softmax(3), m -> ((Softmax) m).forward(ones(3)));
    layers.put(new LogSoftmax(3), m -> ((LogSoftmax) m).forward(ones(3)));
    layers.put(LSTM.builder(2, 2).build(), m -> ((LSTM) m).forward(ones(1, 1, 3)));
    layers.put(GRU.builder(2, 2).build(), m -> ((GRU) m).forward(ones(1, 1, 3)));
    layers.put(RNN.builder(2, 2).build(), m -> ((RNN) m).forward(ones(1, 1, 3)));
    layers.put(new LSTMCell(2, 2), m -> ((LSTMCell) m).forward(ones(3)));
    layers.put(new GRUCell(2, 2), m -> ((GRUCell) m).forward(ones(3)));
    layers.put(new RNNCell(2, 2), m -> ((RNNCell) m).forward(ones(3)));
    layers.put(
        MultiheadAttention.builder(2, 1).build(),
        m -> ((MultiheadAttention) m).forward(ones(3, 3), ones(3, 3), ones(3, 3)));
    layers.put(new BCELoss(), m -> ((BCELoss) m).forward(zeros(2), zeros(3)));
    layers.put(new BCEWithLogitsLoss(), m -> ((BCEWithLogitsLoss) m).forward(ones(2), ones(3)));
    layers.put(new HuberLoss(), m -> ((HuberLoss) m).forward(ones(2), ones(3)));
    layers.put(new KLDivLoss(), m -> ((KLDivLoss) m).forward(ones(2), ones(3)));
    layers.put(new L1Loss(), m -> ((L1Loss) m).forward(ones(2), ones(3)));
    layers.put(new MSELoss(), m -> ((MSELoss) m).forward(ones(2), ones(3)));
    layers.put(new PoissonNLLLoss(), m -> ((PoissonNLLLoss) m).forward(ones(2), ones(3)));
    layers.put(new SmoothL1Loss(), m -> ((SmoothL1Loss) m).forward(ones(2), ones(3)));
    layers.put(
        new CrossEntropyLoss(),
        m -> ((CrossEntropyLoss) m).forward(ones(2, 3), zeros(3).to(DType.INT64)));
    layers.put(new NLLLoss(), m -> ((NLLLoss) m).forward(ones(2, 3), zeros(3).to(DType.INT64)));
    layers.put(
        new CTCLoss(),
        m ->
            ((CTCLoss) m)
                .forward(ones(3), tensor(new long[] {1}, 1, 1), new long[] {1}, new long[] {1}));
    layers.put(
        new CosineEmbeddingLoss(),
        m -> ((CosineEmbeddingLoss) m).forward(ones(2, 2), ones(3, 2), ones(2)));
    layers.put(
        new GaussianNLLLoss(), m -> ((GaussianNLLLoss) m).forward(randn(2), randn(3), ones(2, 2)));
    ModuleDict<Module> model = new ModuleDict<>();
    layers.forEach(
        (layer, call) -> {
          String name = "layer" + model.size();
          model.put(name, layer);
          assertThatThrownBy(() -> call.accept(layer))
              .as("%s", layer)
              .isInstanceOf(ArgumentException.class)
              .hasMessageStartingWith(name + ": ");
        });
  }
}
