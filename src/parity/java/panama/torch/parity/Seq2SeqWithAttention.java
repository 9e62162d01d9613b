package panama.torch.parity;

import java.util.List;
import java.util.Map;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.nn.Embedding;
import panama.torch.nn.GRU;
import panama.torch.nn.GRUCell;
import panama.torch.nn.Linear;
import panama.torch.nn.MultiheadAttention;
import panama.torch.nn.RecurrentOutput;
import panama.torch.nn.utils.GradientClipping;
import panama.torch.optim.RMSprop;

/**
 * Reverses sequences with a GRU as encoder and a cell with attention as decoder. RMSprop, clipping
 * by value.
 */
final class Seq2SeqWithAttention implements Program {
  @Override
  public String name() {
    return "seq2seq_with_attention";
  }

  @Override
  public Map<String, Tensor> run() {
    Torch.manualSeed(4);
    Embedding embedding = new Embedding(9, 8);
    GRU encoder = GRU.builder(8, 8).batchFirst(true).build();
    GRUCell cell = new GRUCell(8, 8);
    MultiheadAttention attention = MultiheadAttention.builder(8, 2).batchFirst(true).build();
    Linear fc = new Linear(16, 9);
    Trained trained = new Trained(embedding, encoder, cell, attention, fc);
    RMSprop optimizer =
        RMSprop.builder(trained.parameters()).lr(2e-3).centered(true).momentum(0.5).build();
    CrossEntropyLoss criterion = new CrossEntropyLoss();
    Tensor source = Torch.randint(0, 9, 6, 5);
    Tensor target = source.flip(1);
    for (int step = 0; step < STEPS; step++) {
      try (var scope = new TensorScope()) {
        optimizer.zeroGrad();
        RecurrentOutput read = encoder.forward(embedding.forward(source));
        Tensor h = read.hN().select(0, 0);
        Tensor token = Torch.zeros(new long[] {6}, TensorOptions.of(DType.INT64));
        Tensor loss = Torch.zeros();
        for (int t = 0; t < 5; t++) {
          h = cell.forward(embedding.forward(token), h);
          Tensor context = attention.forward(h.unsqueeze(1), read.output(), read.output()).output();
          Tensor scores = fc.forward(Torch.cat(List.of(h, context.squeeze(1)), 1));
          token = target.select(1, t);
          loss = loss.add(criterion.forward(scores, token));
        }
        loss.backward();
        GradientClipping.clipGradValue_(trained.parameters(), 0.5);
        optimizer.step();
        trained.add(loss);
      }
    }
    return trained.results();
  }
}
