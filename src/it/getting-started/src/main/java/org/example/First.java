package org.example;

import static panama.torch.Torch.manualSeed;
import static panama.torch.Torch.randn;

import java.util.List;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.nn.BCEWithLogitsLoss;
import panama.torch.nn.GRU;
import panama.torch.nn.Linear;
import panama.torch.nn.ModuleList;
import panama.torch.optim.Adam;

public class First {
  public static void main(String[] args) {
    manualSeed(0);
    Tensor x = randn(20, 64, 1); // 64 sequences of 20 numbers: (L, N, H_in)
    Tensor positive = x.sum(0).gt(0).to(DType.FLOAT32); // is the sum of a sequence positive?
    var gru = new GRU(1, 32);
    var fc = new Linear(32, 1);
    var optimizer = new Adam(new ModuleList<>(List.of(gru, fc)).parameters(), 0.01);
    for (int step = 0; step <= 100; step++) {
      optimizer.zeroGrad();
      Tensor scores = fc.forward(gru.forward(x).hN().squeeze(0));
      Tensor loss = new BCEWithLogitsLoss().forward(scores, positive);
      loss.backward();
      optimizer.step();
      if (step % 25 == 0) {
        System.out.println("step " + step + ", loss " + loss.item());
      }
    }
  }
}
