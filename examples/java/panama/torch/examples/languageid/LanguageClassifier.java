package panama.torch.examples.languageid;

import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.padPackedSequence;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.data.preprocessing.Vocabulary;
import panama.torch.io.SafeTensors;
import panama.torch.nn.Dropout;
import panama.torch.nn.Embedding;
import panama.torch.nn.GRU;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.RNN;
import panama.torch.nn.RecurrentLayer;
import panama.torch.nn.utils.rnn.PackedSequence;

/** A network that maps the characters of texts (N, L) to a score for every language (N, C). */
final class LanguageClassifier extends Module {
  private static final int EMBEDDING = 32;
  private static final double DROPOUT = 0.2;
  private static final String COMMAND = "mvn compile exec:exec@language-id";
  private static final List<String> METADATA =
      List.of("vocabulary", "languages", "cell", "hidden", "layers", "bidirectional");

  /** The kind of recurrent layer. */
  enum Cell {
    RNN,
    LSTM,
    GRU
  }

  final Vocabulary characters;
  final List<String> languages;
  private final Embedding embedding;
  private final RecurrentLayer<?> rnn;
  private final Dropout dropout;
  private final Linear fc;

  /** Creates an untrained network for characters and languages, with a layer of {@link #rnn}. */
  LanguageClassifier(Vocabulary characters, List<String> languages, RecurrentLayer<?> rnn) {
    this.characters = characters;
    this.languages = languages;
    embedding =
        register("embedding", new Embedding(characters.size(), EMBEDDING, characters.padIndex()));
    this.rnn = register("rnn", rnn);
    dropout = register("dropout", new Dropout(DROPOUT));
    fc =
        register(
            "fc", new Linear(rnn.hiddenSize() * (rnn.bidirectional() ? 2 : 1), languages.size()));
  }

  static RecurrentLayer<?> rnn(Cell cell, int hidden, int layers, boolean bidirectional) {
    RecurrentLayer.Builder<?> builder =
        switch (cell) {
          case RNN -> RNN.builder(EMBEDDING, hidden);
          case LSTM -> LSTM.builder(EMBEDDING, hidden);
          case GRU -> GRU.builder(EMBEDDING, hidden);
        };
    return builder
        .numLayers(layers)
        .bidirectional(bidirectional)
        .dropout(layers > 1 ? DROPOUT : 0)
        .build();
  }

  /** Returns the scores for padded texts (N, L) with their lengths (N). */
  Tensor forward(Tensor x, Tensor lengths) {
    Tensor vectors = dropout.forward(embedding.forward(x));
    PackedSequence states = rnn.forward(packPaddedSequence(vectors, lengths, true, false)).output();
    // The sum of all states, so that every character counts. Divided by the square root of the
    // length, so that scores grow with the length, but not in proportion to it.
    Tensor sums = padPackedSequence(states, true).data().sum(1);
    return fc.forward(dropout.forward(sums.div(lengths.to(DType.FLOAT32).sqrt().unsqueeze(1))));
  }

  void save(Path path) throws IOException {
    Map<String, String> about = new TreeMap<>(characters.toMetadata());
    about.put("languages", String.join("\t", languages));
    about.put("cell", rnn.getClass().getSimpleName());
    about.put("hidden", Long.toString(rnn.hiddenSize()));
    about.put("layers", Integer.toString(rnn.numLayers()));
    about.put("bidirectional", Boolean.toString(rnn.bidirectional()));
    SafeTensors.save(path, stateDict(), about);
  }

  /**
   * Loads a network from a file.
   *
   * @throws BadInput if there is no file or it has no such network
   */
  static LanguageClassifier load(Path path) {
    try (var scope = new TensorScope()) {
      Map<String, String> about = SafeTensors.loadMetadata(path);
      if (!about.keySet().containsAll(METADATA)) {
        throw new BadInput(
            "--model: %s is no model of this program: expected the metadata %s, got %s; train one: %s"
                .formatted(path, METADATA, about.keySet(), COMMAND));
      }
      var network =
          new LanguageClassifier(
              Vocabulary.fromMetadata(about),
              List.of(about.get("languages").split("\t", -1)),
              rnn(
                  Cell.valueOf(about.get("cell")),
                  Integer.parseInt(about.get("hidden")),
                  Integer.parseInt(about.get("layers")),
                  Boolean.parseBoolean(about.get("bidirectional"))));
      network.loadStateDict(SafeTensors.load(path));
      return network;
    } catch (NoSuchFileException e) {
      throw new BadInput(
          "--model: there is no file %s; train one first: %s".formatted(path, COMMAND));
    } catch (IOException | IllegalArgumentException e) {
      throw new BadInput(
          "--model: %s cannot be used: %s; train it anew: %s"
              .formatted(path, e.getMessage(), COMMAND));
    }
  }
}
