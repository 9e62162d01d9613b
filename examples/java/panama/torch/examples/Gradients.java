package panama.torch.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.RNN;
import panama.torch.nn.RecurrentLayer;
import panama.torch.nn.utils.GradientClipping;
import panama.torch.optim.Adam;
import panama.torch.train.GradientHealth;
import panama.torch.train.charts.GradientChart;

/**
 * Shows vanishing and exploding gradients on a task with a long dependency: naming the sign of the
 * first number of a sequence of noise after its last number. Arguments: the length of the
 * sequences, the number of training steps, and the folder for the chart.
 */
public final class Gradients {
  private static final int BATCH = 64;
  private static final int HIDDEN = 32;

  private Gradients() {}

  private static final class Classifier extends Module {
    private final RecurrentLayer<?> rnn;
    private final Linear fc = register("fc", new Linear(HIDDEN, 2));

    Classifier(RecurrentLayer<?> rnn) {
      this.rnn = register("rnn", rnn);
    }

    /** Returns (N, 2) scores for x of shape (L, N, 1). */
    Tensor forward(Tensor x) {
      return fc.forward(rnn.forward(x).output().select(0, -1));
    }
  }

  private static RecurrentLayer<?> scaled(RNN rnn, double factor) {
    try (var noGrad = Torch.noGrad()) {
      rnn.getParameter("weight_hh_l0").mul_(factor);
    }
    return rnn;
  }

  /**
   * Sets a bias of the second gate, which is the forget gate of an LSTM and the update gate of a
   * GRU, so that the state changes over some {@code length} steps: Tallec and Ollivier, "Can
   * recurrent neural networks warp time?" (2018).
   */
  private static RecurrentLayer<?> remembering(RecurrentLayer<?> layer, int length) {
    try (var noGrad = Torch.noGrad()) {
      layer.getParameter("bias_hh_l0").narrow(0, HIDDEN, HIDDEN).fill_(Math.log(length));
    }
    return layer;
  }

  public static void main(String[] args) throws IOException {
    Torch.setNumThreads(1); // these matrices are too small for several threads
    int length = args.length > 0 ? Integer.parseInt(args[0]) : 100;
    int steps = args.length > 1 ? Integer.parseInt(args[1]) : 600;
    Path folder = Path.of(args.length > 2 ? args[2] : "target/gradients");
    Files.createDirectories(folder);
    Map<String, Supplier<RecurrentLayer<?>>> layers = new LinkedHashMap<>();
    layers.put("RNN", () -> new RNN(1, HIDDEN));
    layers.put("RNN, recurrent weights x 4", () -> scaled(new RNN(1, HIDDEN), 4));
    layers.put("GRU", () -> new GRU(1, HIDDEN));
    layers.put("LSTM", () -> new LSTM(1, HIDDEN));
    layers.put("GRU, update bias log L", () -> remembering(new GRU(1, HIDDEN), length));
    layers.put("LSTM, forget bias log L", () -> remembering(new LSTM(1, HIDDEN), length));

    GradientChart chart = new GradientChart();
    for (var layer : layers.entrySet()) {
      Torch.manualSeed(0);
      Classifier model = new Classifier(layer.getValue().get());
      try (var health = new GradientHealth(model);
          var scope = new TensorScope()) {
        loss(model, Torch.randn(length, BATCH, 1)).backward();
        var report = health.report();
        System.out.printf(Locale.ROOT, "%n%s, before training%n%s", layer.getKey(), report);
        chart.add(layer.getKey(), report);
      }
      System.out.printf(
          Locale.ROOT, "accuracy after %d steps: %.2f%n", steps, train(model, length, steps));
    }
    chart.save(folder.resolve("gradients.png"));
    System.out.println("\nWritten to " + folder.resolve("gradients.png"));
  }

  private static Tensor loss(Classifier model, Tensor x) {
    return new CrossEntropyLoss().forward(model.forward(x), first(x));
  }

  /** Returns the classes (N) of x of shape (L, N, 1): whether the first number is positive. */
  private static Tensor first(Tensor x) {
    return x.select(0, 0).squeeze(1).gt(0).to(DType.INT64);
  }

  /** Returns the accuracy on new sequences after the training. */
  private static double train(Classifier model, int length, int steps) {
    var optimizer = new Adam(model.parameters(), 3e-3);
    for (int step = 0; step < steps; step++) {
      try (var scope = new TensorScope()) {
        optimizer.zeroGrad();
        loss(model, Torch.randn(length, BATCH, 1)).backward();
        GradientClipping.clipGradNorm_(model.parameters(), 1);
        optimizer.step();
      }
    }
    try (var scope = new TensorScope();
        var noGrad = Torch.noGrad()) {
      Tensor x = Torch.randn(length, 1000, 1);
      return model.forward(x).argmax(1).eq(first(x)).to(DType.FLOAT32).mean().item();
    }
  }
}
