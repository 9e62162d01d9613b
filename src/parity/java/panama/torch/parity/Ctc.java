package panama.torch.parity;

import java.util.Map;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.CTCLoss;
import panama.torch.nn.Conv1d;
import panama.torch.nn.GRU;
import panama.torch.nn.Linear;
import panama.torch.optim.NAdam;
import panama.torch.optim.lr_scheduler.CosineAnnealingLR;

/**
 * Maps frames to labels with a convolution, a bidirectional GRU and CTC loss. NAdam,
 * CosineAnnealingLR.
 */
final class Ctc implements Program {
  @Override
  public String name() {
    return "ctc";
  }

  @Override
  public Map<String, Tensor> run() {
    Torch.manualSeed(5);
    Conv1d conv = Conv1d.builder(6, 10, 3).padding(1).build();
    GRU rnn = GRU.builder(10, 12).bidirectional(true).build();
    Linear fc = new Linear(24, 5);
    Trained trained = new Trained(conv, rnn, fc);
    NAdam optimizer = NAdam.builder(trained.parameters()).lr(3e-3).build();
    CosineAnnealingLR scheduler = new CosineAnnealingLR(optimizer, STEPS);
    Tensor x = Torch.randn(4, 6, 15);
    Tensor targets = Torch.randint(1, 5, 4, 6);
    Tensor inputLengths = Torch.tensor(new long[] {15, 12, 14, 10});
    Tensor targetLengths = Torch.tensor(new long[] {6, 3, 5, 2});
    for (int step = 0; step < STEPS; step++) {
      try (var scope = new TensorScope()) {
        optimizer.zeroGrad();
        Tensor frames = conv.forward(x).relu().permute(2, 0, 1);
        Tensor scores = fc.forward(rnn.forward(frames).output()).logSoftmax(2);
        Tensor loss = new CTCLoss().forward(scores, targets, inputLengths, targetLengths);
        loss.backward();
        optimizer.step();
        scheduler.step();
        trained.add(loss);
      }
    }
    return trained.results();
  }
}
