package panama.torch.bench;

import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.padPackedSequence;

import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.nn.Dropout;
import panama.torch.nn.Embedding;
import panama.torch.nn.GRU;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.RNN;
import panama.torch.nn.utils.GradientClipping;

/** The networks of the suite; src/bench/python/worker.py has the same. */
final class Networks {
  static final int CHARACTERS = 117;
  static final int LANGUAGES = 36;

  private Networks() {}

  /** The network of introductory tutorials, as in the example SimpleRnn. */
  static final class Tutorial extends Module {
    private final RNN rnn = register("rnn", RNN.builder(10, 20).batchFirst(true).build());
    private final Linear fc = register("fc", new Linear(20, 2));
    private final CrossEntropyLoss criterion = register("criterion", new CrossEntropyLoss());

    Tensor loss(Tensor x, Tensor target) {
      Tensor h0 = Torch.zeros(1, x.size(0), 20);
      Tensor scores = fc.forward(rnn.forward(x, h0).output().select(1, -1));
      return criterion.forward(scores, target);
    }
  }

  /** The network of the example language-id. */
  static final class Language extends Module {
    private final Embedding embedding = register("embedding", new Embedding(CHARACTERS, 32, 0L));
    private final GRU gru =
        register("gru", GRU.builder(32, 64).bidirectional(true).batchFirst(true).build());
    private final Dropout dropout = register("dropout", new Dropout(0.2));
    private final Linear fc = register("fc", new Linear(128, LANGUAGES));
    private final CrossEntropyLoss criterion =
        register("criterion", CrossEntropyLoss.builder().labelSmoothing(0.1).build());

    Tensor loss(Tensor x, Tensor lengths, Tensor target) {
      Tensor vectors = dropout.forward(embedding.forward(x));
      var states = gru.forward(packPaddedSequence(vectors, lengths, true, false)).output();
      Tensor sums = padPackedSequence(states, true).data().sum(1);
      Tensor scaled = sums.div(lengths.to(DType.FLOAT32).sqrt().unsqueeze(1));
      return criterion.forward(fc.forward(dropout.forward(scaled)), target);
    }

    void clip() {
      GradientClipping.clipGradNorm_(parameters(), 1);
    }
  }

  /** A classifier of one short text. */
  static final class Request extends Module {
    private final Embedding embedding = register("embedding", new Embedding(CHARACTERS, 32));
    private final GRU gru =
        register(
            "gru", GRU.builder(32, 64).numLayers(2).bidirectional(true).batchFirst(true).build());
    private final Linear fc = register("fc", new Linear(128, LANGUAGES));

    Tensor forward(Tensor x, long[] lengths) {
      var packed = packPaddedSequence(embedding.forward(x), lengths, true, false);
      Tensor states = padPackedSequence(gru.forward(packed).output(), true).data();
      return fc.forward(states.select(1, -1)).softmax(1);
    }
  }
}
