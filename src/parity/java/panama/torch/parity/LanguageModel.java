package panama.torch.parity;

import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.padPackedSequence;

import java.util.Map;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.nn.Embedding;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.utils.rnn.PackedSequence;
import panama.torch.optim.AdamW;
import panama.torch.optim.lr_scheduler.OneCycleLR;

/** Predicts the next tokens of packed sequences of different lengths. AdamW, OneCycleLR. */
final class LanguageModel implements Program {
  private static final long[] LENGTHS = {7, 3, 10, 5};

  @Override
  public String name() {
    return "language_model";
  }

  @Override
  public Map<String, Tensor> run() {
    Torch.manualSeed(3);
    Embedding embedding = new Embedding(11, 8, 0);
    LSTM rnn = LSTM.builder(8, 16).batchFirst(true).build();
    Linear fc = new Linear(16, 11);
    Trained trained = new Trained(embedding, rnn, fc);
    AdamW optimizer = AdamW.builder(trained.parameters()).lr(1e-3).build();
    OneCycleLR scheduler = new OneCycleLR(optimizer, 1e-2, STEPS);
    CrossEntropyLoss criterion = CrossEntropyLoss.builder().ignoreIndex(0).build();
    Tensor tokens = Torch.randint(1, 11, 4, 11);
    Tensor inputs = tokens.slice(1, 0, 10).clone();
    Tensor targets = tokens.slice(1, 1, 11).clone();
    for (int i = 0; i < LENGTHS.length; i++) {
      targets.select(0, i).slice(0, LENGTHS[i], 10).fill_(0);
    }
    for (int step = 0; step < STEPS; step++) {
      try (var scope = new TensorScope()) {
        optimizer.zeroGrad();
        PackedSequence packed = packPaddedSequence(embedding.forward(inputs), LENGTHS, true, false);
        Tensor output = padPackedSequence(rnn.forward(packed).output(), true).data();
        Tensor loss = criterion.forward(fc.forward(output).flatten(0, 1), targets.flatten());
        loss.backward();
        optimizer.step();
        scheduler.step();
        trained.add(loss);
      }
    }
    return trained.results();
  }
}
