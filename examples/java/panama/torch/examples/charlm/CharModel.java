package panama.torch.examples.charlm;

import static panama.torch.Torch.tensor;

import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.preprocessing.Vocabulary;
import panama.torch.nn.Embedding;
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.RNN;
import panama.torch.nn.RecurrentLayer;
import panama.torch.train.CarriedState;

/** Predicts each next character of V from the characters before it. */
final class CharModel extends Module {
  private static final int EMBEDDING = 64;
  private static final int HIDDEN = 256;

  /** The kind of recurrent layer. */
  enum Cell {
    LSTM,
    GRU,
    RNN
  }

  private final Embedding embedding;
  private final RecurrentLayer<?> rnn;
  private final Linear fc;

  CharModel(Cell cell, int characters) {
    embedding = register("embedding", new Embedding(characters, EMBEDDING));
    rnn =
        register(
            "rnn",
            switch (cell) {
              case LSTM -> new LSTM(EMBEDDING, HIDDEN);
              case GRU -> new GRU(EMBEDDING, HIDDEN);
              case RNN -> new RNN(EMBEDDING, HIDDEN);
            });
    fc = register("fc", new Linear(HIDDEN, characters));
  }

  /**
   * Returns the logits of the next characters, (L, N, V), and carries the state.
   *
   * @param characters indices, (L, N)
   * @param state the state after the characters before
   */
  Tensor forward(Tensor characters, CarriedState state) {
    return fc.forward(state.forward(rnn, embedding.forward(characters)));
  }

  /**
   * Returns a prompt and the characters that follow it, each drawn at random from the probabilities
   * that this model gives after all characters before.
   *
   * @param prompt at least one character
   * @param temperature divides the logits: below 1, likely characters become likelier
   * @param count the number of characters to draw
   */
  String sample(Vocabulary vocabulary, String prompt, double temperature, int count) {
    eval();
    StringBuilder text = new StringBuilder(prompt);
    long[] characters = vocabulary.encode(prompt);
    var state = new CarriedState();
    try (var noGrad = Torch.noGrad();
        var scope = new TensorScope()) {
      for (int i = 0; i < count; i++) {
        Tensor logits = forward(tensor(characters).unsqueeze(1), state).select(0, -1); // (1, V)
        characters = logits.div(temperature).softmax(1).multinomial(1).flatten().toLongArray();
        text.append(vocabulary.decode(characters));
      }
    }
    state.reset();
    return text.toString();
  }
}
