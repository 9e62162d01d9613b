import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import panama.torch.bench.Cell;
import panama.torch.bench.Worker;

/** ONNX Runtime. The argument is the folder with the models of src/bench/python/export.py. */
final class OnnxWorker extends Worker {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Path models;

  private OnnxWorker(Path models) {
    this.models = models;
  }

  public static void main(String[] args) throws IOException {
    new OnnxWorker(Path.of(args[0])).serve();
  }

  @Override
  protected String versions() {
    return "ONNX Runtime " + environment.getVersion() + ", JDK " + Runtime.version();
  }

  /** Does nothing: the number of threads is an option of each session. */
  @Override
  protected void setThreads(int threads) {}

  @Override
  protected Work prepare(Cell cell) throws OrtException {
    Path model = models.resolve(cell.toString().replace(' ', '_') + ".onnx");
    if (Files.notExists(model)) {
      throw new UnsupportedOperationException("only layers are compared, in inference");
    }
    var options = new SessionOptions();
    options.setIntraOpNumThreads(cell.number("threads"));
    OrtSession session = environment.createSession(model.toString(), options);
    Map<String, OnnxTensorLike> inputs = new HashMap<>();
    inputs.put("x", random(cell.number("batch"), cell.number("length"), cell.number("input")));
    if (!cell.work().equals("stream")) {
      return () -> session.run(inputs).close();
    }
    String[] states =
        cell.text("layer").equals("LSTM") ? new String[] {"h", "c"} : new String[] {"h"};
    for (String state : states) {
      inputs.put(state + "0", random(1, 1, cell.number("hidden")));
    }
    return new Work() {
      private OrtSession.Result last;

      @Override
      public void run() throws OrtException {
        OrtSession.Result next = session.run(inputs);
        for (String state : states) {
          inputs.put(state + "0", (OnnxTensor) next.get(state + "1").orElseThrow());
        }
        if (last != null) {
          last.close();
        }
        last = next;
      }
    };
  }

  private OnnxTensor random(long... shape) throws OrtException {
    float[] values = new float[(int) (shape[0] * shape[1] * shape[2])];
    Random random = new Random(0);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
  }
}
