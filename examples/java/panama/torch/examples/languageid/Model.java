package panama.torch.examples.languageid;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.io.SafeTensors;

/** A network with its alphabet and languages, which can be saved to one safetensors file. */
record Model(LanguageClassifier network, Sizes sizes, Alphabet alphabet, List<String> languages) {
  private static final String SEPARATOR = "\t";

  /** Creates an untrained model. */
  static Model fresh(Sizes sizes, Alphabet alphabet, List<String> languages) {
    return new Model(
        new LanguageClassifier(sizes, alphabet.size(), languages.size()),
        sizes,
        alphabet,
        languages);
  }

  /**
   * Returns the probability of each language, in order. The network must be in evaluation mode.
   *
   * @param text a normalized text, not empty
   */
  float[] probabilities(String text) {
    try (var _ = Torch.noGrad();
        var _ = new TensorScope()) {
      Batch batch = Batch.of(List.of(new Piece(text, 0)), alphabet);
      return network.forward(batch).softmax(1).toFloatArray();
    }
  }

  void save(Path path) throws IOException {
    try (var _ = new TensorScope()) {
      SafeTensors.save(
          path,
          network.stateDict(),
          new TreeMap<>(
              Map.of(
                  "cell", sizes.cell().name(),
                  "hidden", Integer.toString(sizes.hidden()),
                  "layers", Integer.toString(sizes.layers()),
                  "bidirectional", Boolean.toString(sizes.bidirectional()),
                  "alphabet", alphabet.characters(),
                  "languages", String.join(SEPARATOR, languages))));
    }
  }

  /**
   * Loads a model from a file, in evaluation mode.
   *
   * @throws BadInput if there is no file or it is not such a model
   */
  static Model load(Path path) {
    if (!Files.exists(path)) {
      throw new BadInput(
          "--model: there is no file %s; train one first: mvn compile exec:exec@language-id"
              .formatted(path));
    }
    try (var _ = new TensorScope()) {
      Map<String, String> about = SafeTensors.loadMetadata(path);
      Map<String, Tensor> state = SafeTensors.load(path);
      if (!about.keySet().containsAll(List.of("cell", "hidden", "layers", "alphabet"))) {
        throw new BadInput(
            "--model: %s is no model of this program: it says nothing of cell and sizes; train one: mvn compile exec:exec@language-id"
                .formatted(path));
      }
      Sizes sizes =
          new Sizes(
              Cell.valueOf(about.get("cell")),
              Integer.parseInt(about.get("hidden")),
              Integer.parseInt(about.get("layers")),
              Boolean.parseBoolean(about.get("bidirectional")));
      Model model =
          fresh(
              sizes,
              new Alphabet(about.get("alphabet")),
              List.of(about.getOrDefault("languages", "").split(SEPARATOR, -1)));
      model.network.loadStateDict(state);
      model.network.eval();
      return model;
    } catch (IOException | IllegalArgumentException e) {
      throw new BadInput(
          "--model: %s cannot be used: %s; train it anew: mvn compile exec:exec@language-id"
              .formatted(path, e.getMessage()));
    }
  }
}
