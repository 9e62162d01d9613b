package panama.torch.examples.languageid;

import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.padPackedSequence;

import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.nn.Dropout;
import panama.torch.nn.Embedding;
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.RNN;
import panama.torch.nn.RecurrentLayer;
import panama.torch.nn.utils.rnn.PackedSequence;
import panama.torch.nn.utils.rnn.PaddedSequence;

/** A network that maps characters (N, L) to a score for every language (N, C). */
final class LanguageClassifier extends Module {
  private static final int EMBEDDING = 32;
  private static final double DROPOUT = 0.2;

  private final Embedding embedding;
  private final RecurrentLayer<?> rnn;
  private final Dropout dropout;
  private final Linear fc;

  LanguageClassifier(Sizes sizes, int characters, int languages) {
    embedding = register("embedding", new Embedding(characters, EMBEDDING, Alphabet.PADDING));
    rnn = register("rnn", recurrent(sizes));
    dropout = register("dropout", new Dropout(DROPOUT));
    fc = register("fc", new Linear(sizes.hidden() * (sizes.bidirectional() ? 2L : 1L), languages));
  }

  private static RecurrentLayer<?> recurrent(Sizes sizes) {
    double between = sizes.layers() > 1 ? DROPOUT : 0;
    return switch (sizes.cell()) {
      case RNN -> options(RNN.builder(EMBEDDING, sizes.hidden()), sizes).dropout(between).build();
      case LSTM -> options(LSTM.builder(EMBEDDING, sizes.hidden()), sizes).dropout(between).build();
      case GRU -> options(GRU.builder(EMBEDDING, sizes.hidden()), sizes).dropout(between).build();
    };
  }

  private static <B extends RecurrentLayer.Builder<B>> B options(B builder, Sizes sizes) {
    return builder.numLayers(sizes.layers()).bidirectional(sizes.bidirectional()).batchFirst(true);
  }

  Tensor forward(Batch batch) {
    Tensor vectors = dropout.forward(embedding.forward(batch.characters()));
    PackedSequence packed = packPaddedSequence(vectors, batch.lengths(), true, false);
    PackedSequence states =
        switch (rnn) {
          case RNN plain -> plain.forward(packed).output();
          case LSTM lstm -> lstm.forward(packed).output();
          case GRU gru -> gru.forward(packed).output();
        };
    // The sum of all states, so that every character counts. Divided by the square root of the
    // length, so that scores grow with the length, but not in proportion to it.
    PaddedSequence padded = padPackedSequence(states, true);
    Tensor roots = padded.lengths().to(DType.FLOAT32).sqrt().unsqueeze(1);
    return fc.forward(dropout.forward(padded.data().sum(1).div(roots)));
  }
}
