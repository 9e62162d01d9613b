package panama.torch.examples.pronounce;

import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.padPackedSequence;

import java.util.List;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.Dropout;
import panama.torch.nn.Embedding;
import panama.torch.nn.GRU;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;

/**
 * A sequence-to-sequence network: a bidirectional GRU reads the letters, another GRU writes the
 * phonemes, and attention gives each phoneme a mean of the letters' states, weighted by their
 * importance for it. Luong et al., "Effective approaches to attention-based neural machine
 * translation" (2015).
 *
 * <p>Shapes: N words, L letters, T phonemes, C kinds of phonemes, H = 192. The attention is
 * computed from the states of the second GRU and does not enter it, so that all phonemes of a
 * training example are computed by one call.
 */
final class Network extends Module {
  private static final long EMBEDDING = 64;
  private static final long HIDDEN = 192;
  private static final int PADDING = 0;

  private final Embedding letters;
  private final Embedding phonemes;
  private final GRU encoder =
      register(
          "encoder",
          GRU.builder(EMBEDDING, HIDDEN / 2).bidirectional(true).batchFirst(true).build());
  private final GRU decoder =
      register("decoder", GRU.builder(EMBEDDING, HIDDEN).batchFirst(true).build());
  private final Linear bridge = register("bridge", new Linear(HIDDEN, HIDDEN));
  private final Linear query = register("query", new Linear(HIDDEN, HIDDEN));
  private final Linear combine = register("combine", new Linear(2 * HIDDEN, HIDDEN));
  private final Dropout dropout = register("dropout", new Dropout(0.2));
  private final Linear scores;

  /**
   * Words as the encoder has read them.
   *
   * @param states a state for each letter, (N, L, H)
   * @param padding whether there is no letter, (N, 1, L)
   * @param summary the first state of the decoder, (1, N, H)
   */
  record Encoded(Tensor states, Tensor padding, Tensor summary) {
    /** Returns one word {@code count} times, as a batch. */
    Encoded repeat(long count) {
      return new Encoded(
          states.expand(count, -1, -1), padding.expand(count, -1, -1), summary.repeat(1, count, 1));
    }
  }

  Network(int letterCount, int phonemeCount) {
    letters = register("letters", new Embedding(letterCount, EMBEDDING, PADDING));
    phonemes = register("phonemes", new Embedding(phonemeCount, EMBEDDING, PADDING));
    scores = register("scores", new Linear(HIDDEN, phonemeCount));
  }

  /** Reads words of shape (N, L), padded with 0, whose lengths are (N). */
  Encoded encode(Tensor words, Tensor lengths) {
    Tensor vectors = dropout.forward(letters.forward(words));
    var read = encoder.forward(packPaddedSequence(vectors, lengths, true, false));
    Tensor ends = Torch.cat(List.of(read.hN().select(0, 0), read.hN().select(0, 1)), 1);
    return new Encoded(
        padPackedSequence(read.output(), true).data(),
        words.eq(PADDING).unsqueeze(1),
        bridge.forward(ends).tanh().unsqueeze(0));
  }

  /** Returns the scores (N, T, C) of the phonemes that follow each of the given ones, (N, T). */
  Tensor decode(Encoded words, Tensor given) {
    Tensor written = decoder.forward(phonemes.forward(given), words.summary()).output();
    Tensor weights =
        query
            .forward(written)
            .matmul(words.states().transpose(1, 2))
            .maskedFill(words.padding(), Double.NEGATIVE_INFINITY)
            .softmax(2);
    Tensor context = weights.matmul(words.states());
    Tensor combined = combine.forward(Torch.cat(List.of(written, context), 2)).tanh();
    return scores.forward(dropout.forward(combined));
  }
}
