package panama.torch.parity;

import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.padPackedSequence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.nn.Dropout;
import panama.torch.nn.Embedding;
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.optim.Adam;
import panama.torch.optim.AdamW;
import panama.torch.optim.Optimizer;
import panama.torch.optim.RMSprop;
import panama.torch.optim.SGD;
import panama.torch.optim.lr_scheduler.StepLR;

/**
 * A training whose first half is computed by one language and whose second half by the other, from
 * a file of {@code torch.save}: an embedding, a GRU on packed sequences, dropout and an LSTM.
 *
 * @param optimizer the name of the optimizer
 * @param startsInPython whether the first half is Python's
 */
record Resumed(String optimizer, boolean startsInPython, Path folder) implements Program {
  private static final int HALF = STEPS / 2;
  private static final long[] LENGTHS = {9, 4, 7, 2};

  /** Returns the programs of all optimizers, in both directions. */
  static List<Resumed> all(Path folder) {
    return List.of("adam", "adamw", "sgd", "rmsprop").stream()
        .flatMap(
            name -> List.of(true, false).stream().map(start -> new Resumed(name, start, folder)))
        .toList();
  }

  @Override
  public String name() {
    return (startsInPython ? "from_python_" : "from_java_") + optimizer;
  }

  /** Computes the first half, and saves it for Python. */
  void start() {
    Training training = new Training();
    training.run(HALF);
    training.save(folder.resolve(name() + ".pt"));
  }

  @Override
  public Map<String, Tensor> run() {
    Training training = new Training();
    if (startsInPython) {
      training.load(folder.resolve(name() + ".pt"));
    } else {
      training.run(HALF);
    }
    training.trained = new Trained(training.network);
    training.run(HALF);
    return training.trained.results();
  }

  private static final class Network extends Module {
    private final Embedding embedding = register("embedding", new Embedding(11, 8));
    private final GRU gru = register("gru", GRU.builder(8, 12).batchFirst(true).build());
    private final Dropout dropout = register("dropout", new Dropout(0.2));
    private final LSTM lstm = register("lstm", LSTM.builder(12, 10).batchFirst(true).build());
    private final Linear fc = register("fc", new Linear(10, 3));

    Tensor forward(Tensor tokens) {
      var packed = packPaddedSequence(embedding.forward(tokens), LENGTHS, true, false);
      Tensor states = padPackedSequence(gru.forward(packed).output(), true).data();
      return fc.forward(lstm.forward(dropout.forward(states)).output().select(1, -1));
    }
  }

  private final class Training {
    private final Network network;
    private final Optimizer own;
    private final StepLR scheduler;
    private final Tensor tokens;
    private final Tensor target;
    private Trained trained;

    Training() {
      Torch.manualSeed(7);
      network = new Network();
      trained = new Trained(network);
      own =
          switch (optimizer) {
            case "adam" -> Adam.builder(network.parameters()).lr(0.01).weightDecay(1e-4).build();
            case "adamw" -> AdamW.builder(network.parameters()).lr(0.01).amsgrad(true).build();
            case "sgd" -> SGD.builder(network.parameters()).lr(0.1).momentum(0.9).build();
            default -> RMSprop.builder(network.parameters()).lr(1e-3).centered(true).build();
          };
      scheduler = new StepLR(own, 30, 0.7);
      tokens = Torch.randint(0, 11, 4, 9);
      target = Torch.randint(0, 3, 4);
    }

    void run(int steps) {
      CrossEntropyLoss criterion = new CrossEntropyLoss();
      for (int i = 0; i < steps; i++) {
        try (var scope = new TensorScope()) {
          own.zeroGrad();
          Tensor loss = criterion.forward(network.forward(tokens), target);
          loss.backward();
          own.step();
          scheduler.step();
          trained.add(loss);
        }
      }
    }

    void save(Path file) {
      Map<String, Object> state = new LinkedHashMap<>();
      state.put("model", network.stateDict());
      state.put("optimizer", own.nestedStateDict());
      state.put("scheduler", scheduler.nestedStateDict());
      state.put("generator", Generator.defaultGenerator().getState());
      try {
        Torch.save(file, state);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @SuppressWarnings("unchecked")
    void load(Path file) {
      Map<String, Object> state;
      try {
        state = Torch.load(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      network.loadStateDict((Map<String, Tensor>) state.get("model"));
      own.loadNestedStateDict((Map<?, ?>) state.get("optimizer"));
      scheduler.loadNestedStateDict((Map<String, ?>) state.get("scheduler"));
      Generator.defaultGenerator().setState((Tensor) state.get("generator"));
    }
  }
}
