import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.recurrent.GRU;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.recurrent.RNN;
import ai.djl.nn.recurrent.RecurrentBlock;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import panama.torch.bench.Cell;
import panama.torch.bench.Worker;

/** DJL with its engine PyTorch. */
final class DjlWorker extends Worker {
  private final NDManager manager = NDManager.newBaseManager();

  private DjlWorker() {}

  public static void main(String[] args) throws IOException {
    new DjlWorker().serve();
  }

  @Override
  protected String versions() {
    return "DJL "
        + Engine.getDjlVersion()
        + " with libtorch "
        + Engine.getInstance().getVersion()
        + ", JDK "
        + Runtime.version();
  }

  @Override
  protected void setThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  @Override
  protected Work prepare(Cell cell) {
    if (cell.has("shortest")) {
      throw new UnsupportedOperationException("DJL has no packed sequences");
    }
    return switch (cell.work()) {
      case "train" -> train(cell);
      case "infer" -> infer(cell);
      case "stream" -> stream(cell);
      default -> throw new UnsupportedOperationException("only layers are compared");
    };
  }

  private Block layer(Cell cell, Shape input) {
    RecurrentBlock.BaseBuilder<?> builder =
        switch (cell.text("layer")) {
          case "RNN" -> RNN.builder().setActivation(RNN.Activation.TANH);
          case "GRU" -> GRU.builder();
          default -> LSTM.builder();
        };
    builder
        .setStateSize(cell.number("hidden"))
        .setNumLayers(cell.number("layers"))
        .optBidirectional(cell.number("directions") == 2)
        .optBatchFirst(true)
        .optReturnState(cell.work().equals("stream"));
    Block layer =
        switch (builder) {
          case RNN.Builder rnn -> rnn.build();
          case GRU.Builder gru -> gru.build();
          case LSTM.Builder lstm -> lstm.build();
          default -> throw new IllegalStateException(builder.toString());
        };
    layer.initialize(manager, DataType.FLOAT32, input);
    return layer;
  }

  private static Shape shape(Cell cell) {
    return new Shape(cell.number("batch"), cell.number("length"), cell.number("input"));
  }

  private Work train(Cell cell) {
    Block layer = layer(cell, shape(cell));
    NDArray x = manager.randomNormal(shape(cell));
    x.setRequiresGradient(true);
    int width = cell.number("hidden") * cell.number("directions");
    NDArray gradient =
        manager.randomNormal(new Shape(cell.number("batch"), cell.number("length"), width));
    return () -> {
      // Sets the gradients to zero, as in a training with DJL.
      try (var collector = Engine.getInstance().newGradientCollector();
          NDManager scope = manager.newSubManager()) {
        NDList output = forward(layer, new NDList(x), scope, true);
        JniUtils.backward((PtNDArray) output.head(), (PtNDArray) gradient, false, false);
      }
    };
  }

  private Work infer(Cell cell) {
    Block layer = layer(cell, shape(cell));
    NDArray x = manager.randomNormal(shape(cell));
    return () -> {
      try (NDManager scope = manager.newSubManager()) {
        forward(layer, new NDList(x), scope, false);
      }
    };
  }

  private Work stream(Cell cell) {
    Block layer = layer(cell, shape(cell));
    NDArray x = manager.randomNormal(shape(cell));
    return new Work() {
      private NDList states = new NDList();

      @Override
      public void run() {
        try (NDManager scope = manager.newSubManager()) {
          states.attach(scope);
          NDList output = forward(layer, new NDList(x).addAll(states), scope, false);
          states = output.subNDList(1);
          states.attach(manager);
        }
      }
    };
  }

  /** Computes a layer. Everything that it creates belongs to a manager, which frees it. */
  private static NDList forward(Block layer, NDList input, NDManager scope, boolean training) {
    input.head().tempAttach(scope); // a layer creates its initial state in the manager of its input
    NDList output = layer.forward(new ParameterStore(scope, false), input, training);
    output.attach(scope);
    return output;
  }
}
