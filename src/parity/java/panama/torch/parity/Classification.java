package panama.torch.parity;

import java.util.Map;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.utils.GradientClipping;
import panama.torch.optim.Adam;

/**
 * A bidirectional LSTM with two layers and dropout. Adam, clipping by norm.
 *
 * @param fused whether Adam is fused
 */
record Classification(boolean fused) implements Program {
  @Override
  public String name() {
    return fused ? "classification_fused" : "classification";
  }

  @Override
  public Map<String, Tensor> run() {
    Torch.manualSeed(1);
    LSTM lstm =
        LSTM.builder(6, 16).numLayers(2).batchFirst(true).dropout(0.2).bidirectional(true).build();
    Linear fc = new Linear(32, 3);
    Trained trained = new Trained(lstm, fc);
    Adam.Builder options = Adam.builder(trained.parameters()).lr(3e-3).weightDecay(1e-4);
    Adam optimizer = (fused ? options.fused(true) : options).build();
    CrossEntropyLoss criterion = CrossEntropyLoss.builder().labelSmoothing(0.1).build();
    Tensor x = Torch.randn(32, 9, 6);
    Tensor target = Torch.randint(0, 3, 32);
    for (int step = 0; step < STEPS; step++) {
      try (var scope = new TensorScope()) {
        optimizer.zeroGrad();
        Tensor last = lstm.forward(x).output().select(1, -1);
        Tensor loss = criterion.forward(fc.forward(last), target);
        loss.backward();
        GradientClipping.clipGradNorm_(trained.parameters(), 1.0);
        optimizer.step();
        trained.add(loss);
      }
    }
    return trained.results();
  }
}
