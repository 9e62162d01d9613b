package panama.torch.parity;

import java.util.Map;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.GRU;
import panama.torch.nn.Linear;
import panama.torch.nn.MSELoss;
import panama.torch.optim.SGD;
import panama.torch.optim.lr_scheduler.StepLR;

/** A GRU on standardized input. SGD with Nesterov momentum, StepLR. */
final class Regression implements Program {
  @Override
  public String name() {
    return "regression";
  }

  @Override
  public Map<String, Tensor> run() {
    Torch.manualSeed(2);
    GRU gru = new GRU(3, 12);
    Linear fc = new Linear(12, 1);
    Trained trained = new Trained(gru, fc);
    SGD optimizer = SGD.builder(trained.parameters()).lr(0.05).momentum(0.9).nesterov(true).build();
    StepLR scheduler = new StepLR(optimizer, 50, 0.5);
    Tensor raw = Torch.randn(20, 16, 3);
    Tensor target = raw.cumsum(0).mean(new long[] {2}, true);
    Tensor x = raw.sub(raw.mean()).div(raw.std());
    for (int step = 0; step < STEPS; step++) {
      try (var scope = new TensorScope()) {
        optimizer.zeroGrad();
        Tensor loss = new MSELoss().forward(fc.forward(gru.forward(x).output()), target);
        loss.backward();
        optimizer.step();
        scheduler.step();
        trained.add(loss);
      }
    }
    return trained.results();
  }
}
