package panama.torch.parity;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.BatchNorm1d;
import panama.torch.nn.Bilinear;
import panama.torch.nn.Conv1d;
import panama.torch.nn.Embedding;
import panama.torch.nn.EmbeddingBag;
import panama.torch.nn.GRU;
import panama.torch.nn.GRUCell;
import panama.torch.nn.LSTM;
import panama.torch.nn.LSTMCell;
import panama.torch.nn.LayerNorm;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.MultiheadAttention;
import panama.torch.nn.RNN;
import panama.torch.nn.RNNCell;
import panama.torch.nn.init.FanMode;
import panama.torch.nn.init.Init;
import panama.torch.nn.init.Nonlinearity;

/** The initial parameters of every layer, and the results of every function of nn.init. */
final class InitialWeights implements Program {
  @Override
  public String name() {
    return "initial_weights";
  }

  private static Map<String, Supplier<Module>> layers() {
    Map<String, Supplier<Module>> layers = new LinkedHashMap<>();
    layers.put("linear", () -> new Linear(5, 3));
    layers.put("linear without bias", () -> new Linear(5, 3, false));
    layers.put("bilinear", () -> new Bilinear(3, 4, 2));
    layers.put("embedding", () -> new Embedding(7, 4, 1));
    layers.put("embedding bag", () -> new EmbeddingBag(7, 4));
    layers.put("conv", () -> Conv1d.builder(4, 6, 3).groups(2).build());
    layers.put("layer norm", () -> new LayerNorm(5));
    layers.put("batch norm", () -> new BatchNorm1d(5));
    layers.put("attention", () -> new MultiheadAttention(6, 2));
    layers.put(
        "attention of other sizes",
        () -> MultiheadAttention.builder(6, 3).kdim(4).vdim(5).addBiasKv(true).build());
    layers.put("rnn", () -> RNN.builder(4, 5).numLayers(2).build());
    layers.put(
        "rnn relu",
        () -> RNN.builder(4, 5).nonlinearity(RNN.Nonlinearity.RELU).bidirectional(true).build());
    layers.put("lstm", () -> LSTM.builder(4, 5).numLayers(2).bidirectional(true).build());
    layers.put("lstm projected", () -> LSTM.builder(4, 5).projSize(3).numLayers(2).build());
    layers.put("gru", () -> GRU.builder(4, 5).numLayers(3).bias(false).build());
    layers.put("rnn cell", () -> new RNNCell(4, 5));
    layers.put("lstm cell", () -> new LSTMCell(4, 5));
    layers.put("gru cell", () -> new GRUCell(4, 5));
    return layers;
  }

  private static Map<String, UnaryOperator<Tensor>> inits() {
    Map<String, UnaryOperator<Tensor>> inits = new LinkedHashMap<>();
    inits.put("uniform", t -> Init.uniform_(t, -1, 2));
    inits.put("normal", t -> Init.normal_(t, 1, 2));
    inits.put("trunc normal", Init::truncNormal_);
    inits.put("xavier uniform", Init::xavierUniform_);
    inits.put("xavier normal", Init::xavierNormal_);
    inits.put(
        "kaiming uniform",
        t -> Init.kaimingUniform_(t, 0, FanMode.FAN_IN, Nonlinearity.LEAKY_RELU));
    inits.put(
        "kaiming normal", t -> Init.kaimingNormal_(t, 0, FanMode.FAN_IN, Nonlinearity.LEAKY_RELU));
    inits.put("orthogonal", Init::orthogonal_);
    inits.put("sparse", t -> Init.sparse_(t, 0.3));
    return inits;
  }

  @Override
  public Map<String, Tensor> run() {
    Map<String, Tensor> results = new LinkedHashMap<>();
    layers()
        .forEach(
            (name, layer) -> {
              Torch.manualSeed(0);
              layer
                  .get()
                  .stateDict()
                  .forEach((parameter, tensor) -> results.put(name + ": " + parameter, tensor));
            });
    inits()
        .forEach(
            (name, init) -> {
              Torch.manualSeed(0);
              results.put("init " + name, init.apply(Torch.empty(6, 5)));
            });
    return results;
  }
}
