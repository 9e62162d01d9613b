package panama.torch.bench;

import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import panama.torch.Backends;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.RNN;
import panama.torch.nn.RecurrentLayer;
import panama.torch.nn.RecurrentOutput;
import panama.torch.nn.utils.rnn.Sequences;
import panama.torch.optim.Adam;

/** This library. The argument is the backend of its recurrent layers. */
final class PanamaWorker extends Worker {
  private PanamaWorker() {}

  public static void main(String[] args) throws IOException {
    Backends.recurrent(Backends.Recurrent.valueOf(args[0]));
    new PanamaWorker().serve();
  }

  @Override
  protected String versions() {
    return "panama-torch with libtorch " + Torch.version() + ", JDK " + Runtime.version();
  }

  @Override
  protected void setThreads(int threads) {
    Torch.setNumThreads(threads);
  }

  @Override
  protected Work prepare(Cell cell) {
    return switch (cell.work()) {
      case "train" -> train(cell);
      case "infer" -> infer(cell);
      case "forward" -> forward(cell);
      case "stream" -> stream(cell);
      case "fit" -> fit(cell);
      case "tutorial" -> tutorial();
      case "language" -> language(cell);
      case "request" -> request(cell);
      case "add" -> add();
      case "product" -> product(cell);
      default -> throw new UnsupportedOperationException(cell.work());
    };
  }

  private static RecurrentLayer<?> layer(Cell cell) {
    long input = cell.number("input");
    long hidden = cell.number("hidden");
    RecurrentLayer.Builder<?> builder =
        switch (cell.text("layer")) {
          case "RNN" -> RNN.builder(input, hidden);
          case "GRU" -> GRU.builder(input, hidden);
          default -> LSTM.builder(input, hidden);
        };
    return builder
        .numLayers(cell.number("layers"))
        .bidirectional(cell.number("directions") == 2)
        .batchFirst(true)
        .build();
  }

  private static Tensor input(Cell cell) {
    return Torch.randn(cell.number("batch"), cell.number("length"), cell.number("input"));
  }

  private static Work train(Cell cell) {
    RecurrentLayer<?> layer = layer(cell);
    Tensor x = input(cell).requiresGrad_(true);
    Function<Tensor, Tensor> forward;
    if (cell.has("shortest")) {
      long[] lengths = cell.lengths();
      forward =
          padded ->
              layer
                  .forward(Sequences.packPaddedSequence(padded, lengths, true, false))
                  .output()
                  .data();
    } else {
      forward = padded -> layer.forward(padded).output();
    }
    Tensor gradient = Torch.randnLike(forward.apply(x));
    return () -> {
      try (TensorScope scope = new TensorScope()) {
        layer.zeroGrad();
        x.setGrad(null);
        forward.apply(x).backward(gradient);
      }
    };
  }

  private static Work infer(Cell cell) {
    RecurrentLayer<?> layer = layer(cell);
    Tensor x = input(cell);
    return () -> {
      try (TensorScope scope = new TensorScope();
          var mode = Torch.inferenceMode()) {
        layer.forward(x);
      }
    };
  }

  /** The forward pass alone: a scope and a mode serve all calls. */
  private static Work forward(Cell cell) {
    RecurrentLayer<?> layer = layer(cell);
    Tensor x = input(cell);
    return new Work() {
      @Override
      public void run() {
        layer.forward(x);
      }

      @Override
      public void run(int calls) {
        try (TensorScope scope = new TensorScope();
            var mode = Torch.inferenceMode()) {
          for (int i = 0; i < calls; i++) {
            run();
          }
        }
      }
    };
  }

  private static Work stream(Cell cell) {
    RecurrentLayer<?> layer = layer(cell);
    Tensor x = input(cell);
    return new Work() {
      private @Nullable RecurrentOutput last;

      @Override
      public void run() {
        try (TensorScope scope = new TensorScope();
            var mode = Torch.inferenceMode()) {
          RecurrentOutput next = next();
          if (last != null) {
            last.forEachTensor(Tensor::close);
          }
          last = scope.keep(next);
        }
      }

      private RecurrentOutput next() {
        Tensor h = last == null ? null : last.hN();
        return switch (layer) {
          case LSTM lstm -> lstm.forward(x, h, last instanceof LSTM.Output o ? o.cN() : null);
          case GRU gru -> gru.forward(x, h);
          case RNN rnn -> rnn.forward(x, h);
        };
      }
    };
  }

  private static Work fit(Cell cell) {
    RecurrentLayer<?> layer = layer(cell);
    var optimizer = new Adam(layer.parameters());
    Tensor x = input(cell);
    return () -> {
      try (TensorScope scope = new TensorScope()) {
        optimizer.zeroGrad();
        layer.forward(x).output().pow(2).mean().backward();
        optimizer.step();
      }
    };
  }

  private static Work tutorial() {
    var network = new Networks.Tutorial();
    var optimizer = new Adam(network.parameters());
    Tensor x = Torch.randn(32, 5, 10);
    Tensor target = Torch.randint(0, 2, 32);
    return () -> {
      try (TensorScope scope = new TensorScope()) {
        optimizer.zeroGrad();
        network.loss(x, target).backward();
        optimizer.step();
      }
    };
  }

  private static Work language(Cell cell) {
    var network = new Networks.Language();
    var optimizer = new Adam(network.parameters());
    Tensor x = Torch.randint(1, Networks.CHARACTERS, cell.number("batch"), cell.number("length"));
    Tensor lengths = Torch.tensor(cell.lengths());
    Tensor target = Torch.randint(0, Networks.LANGUAGES, cell.number("batch"));
    return () -> {
      try (TensorScope scope = new TensorScope()) {
        optimizer.zeroGrad();
        network.loss(x, lengths, target).backward();
        network.clip();
        optimizer.step();
      }
    };
  }

  private static Work request(Cell cell) {
    var network = new Networks.Request();
    Tensor x = Torch.randint(1, Networks.CHARACTERS, 1, 11);
    long[] lengths = {11};
    boolean gradients = Boolean.parseBoolean(cell.text("gradients"));
    return () -> {
      try (TensorScope scope = new TensorScope();
          var mode = gradients ? Torch.enableGrad() : Torch.inferenceMode()) {
        network.forward(x, lengths);
      }
    };
  }

  private static Work add() {
    Tensor a = Torch.ones(4, 4);
    Tensor b = Torch.ones(4, 4);
    return () -> a.add(b).close();
  }

  private static Work product(Cell cell) {
    Tensor a = Torch.randn(cell.number("size"), cell.number("size"));
    Tensor b = Torch.randn(cell.number("size"), cell.number("size"));
    return () -> a.mm(b).close();
  }
}
