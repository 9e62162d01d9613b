package panama.torch.examples;

import static panama.torch.Torch.manualSeed;
import static panama.torch.Torch.randint;
import static panama.torch.Torch.randn;
import static panama.torch.Torch.zeros;

import java.util.Locale;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.RNN;
import panama.torch.optim.Adam;

/** A classifier of sequences, as in introductory PyTorch tutorials on recurrent networks. */
public final class SimpleRnn extends Module {
  private final RNN rnn;
  private final Linear fc;

  SimpleRnn(int inputSize, int hiddenSize, int numLayers, int numClasses) {
    rnn =
        register(
            "rnn",
            RNN.builder(inputSize, hiddenSize).numLayers(numLayers).batchFirst(true).build());
    fc = register("fc", new Linear(hiddenSize, numClasses));
  }

  Tensor forward(Tensor x) {
    Tensor h0 = zeros(rnn.numLayers(), x.size(0), rnn.hiddenSize()).to(x.device());
    return fc.forward(rnn.forward(x, h0).output().select(1, -1));
  }

  /** Prints the shape of the scores and the loss of each of ten epochs, which equal PyTorch's. */
  public static void main(String[] args) {
    manualSeed(0);
    var model = new SimpleRnn(10, 20, 1, 2);
    var criterion = new CrossEntropyLoss();
    var optimizer = Adam.builder(model.parameters()).lr(0.001).build();
    Tensor x = randn(32, 5, 10);
    System.out.println(model.forward(x).shape());
    for (int epoch = 0; epoch < 10; epoch++) {
      try (var _ = new TensorScope()) {
        optimizer.zeroGrad();
        Tensor loss = criterion.forward(model.forward(x), randint(0, 2, 32));
        loss.backward();
        optimizer.step();
        System.out.printf(Locale.ROOT, "Epoch [%d/10], Loss: %.4f%n", epoch + 1, loss.item());
      }
    }
  }
}
