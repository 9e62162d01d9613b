import static org.bytedeco.pytorch.global.torch.randn;

import java.io.IOException;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GRUImpl;
import org.bytedeco.pytorch.GRUOptions;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.RNNImpl;
import org.bytedeco.pytorch.RNNOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import panama.torch.bench.Cell;
import panama.torch.bench.Worker;

/** The JavaCPP presets for PyTorch: libtorch's C++ API, by JNI. */
final class JavaCppWorker extends Worker {
  private JavaCppWorker() {}

  public static void main(String[] args) throws IOException {
    new JavaCppWorker().serve();
  }

  @Override
  protected String versions() {
    String built = torch.show_config().getString();
    String version = built.replaceFirst("(?s).*TORCH_VERSION=([^,]*),.*", "$1");
    return "JavaCPP presets with libtorch " + version + ", JDK " + Runtime.version();
  }

  @Override
  protected void setThreads(int threads) {
    torch.set_num_threads(threads);
  }

  @Override
  protected Work prepare(Cell cell) {
    if (cell.has("shortest")) {
      throw new UnsupportedOperationException("padded layers only");
    }
    Layer layer = layer(cell);
    return switch (cell.work()) {
      case "train" -> train(layer, cell);
      case "infer" -> infer(layer, cell);
      default -> throw new UnsupportedOperationException("only layers are compared");
    };
  }

  /** A layer, and its forward pass without states. */
  private record Layer(Module module, Function<Tensor, Tensor> forward) {}

  private static Layer layer(Cell cell) {
    if (!cell.has("layer")) {
      throw new UnsupportedOperationException("only layers are compared");
    }
    long input = cell.number("input");
    long hidden = cell.number("hidden");
    long layers = cell.number("layers");
    boolean bidirectional = cell.number("directions") == 2;
    switch (cell.text("layer")) {
      case "RNN" -> {
        var options = new RNNOptions(input, hidden);
        options.batch_first().put(true);
        options.bidirectional().put(bidirectional);
        options.num_layers().put(layers);
        var rnn = new RNNImpl(options);
        return new Layer(rnn, x -> rnn.forward(x).get0());
      }
      case "GRU" -> {
        var options = new GRUOptions(input, hidden);
        options.batch_first().put(true);
        options.bidirectional().put(bidirectional);
        options.num_layers().put(layers);
        var gru = new GRUImpl(options);
        return new Layer(gru, x -> gru.forward(x).get0());
      }
      default -> {
        var options = new LSTMOptions(input, hidden);
        options.batch_first().put(true);
        options.bidirectional().put(bidirectional);
        options.num_layers().put(layers);
        var lstm = new LSTMImpl(options);
        return new Layer(lstm, x -> lstm.forward(x).get0());
      }
    }
  }

  private static Tensor input(Cell cell) {
    return randn(cell.number("batch"), cell.number("length"), cell.number("input"));
  }

  private static Work train(Layer layer, Cell cell) {
    Tensor x = input(cell).requires_grad_(true);
    int width = cell.number("hidden") * cell.number("directions");
    Tensor gradient = randn(cell.number("batch"), cell.number("length"), width);
    return () -> {
      try (PointerScope scope = new PointerScope()) {
        layer.module.zero_grad(true);
        x.mutable_grad().reset();
        layer
            .forward
            .apply(x)
            .backward(gradient, new BoolOptional(), false, new TensorArrayRefOptional());
      }
    };
  }

  private static Work infer(Layer layer, Cell cell) {
    Tensor x = input(cell);
    return () -> {
      try (PointerScope scope = new PointerScope()) {
        var mode = new InferenceMode(true);
        layer.forward.apply(x);
        mode.close();
      }
    };
  }
}
