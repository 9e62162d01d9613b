package panama.torch.examples.pronounce;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.preprocessing.Vocabulary;
import panama.torch.examples.pronounce.Dictionary.Entry;
import panama.torch.io.SafeTensors;

/** A network with its vocabularies, which is saved in one file. */
record Pronouncer(Vocabulary letters, Vocabulary phonemes, Network network) {
  private static final String START = "<start>";
  private static final String END = "<end>";
  private static final int MAX_PHONEMES = 40;

  /**
   * The phonemes of a word, separated by spaces, and their probability according to the network.
   */
  record Pronunciation(String phonemes, double probability) {}

  private static Pronouncer of(Vocabulary letters, Vocabulary phonemes) {
    return new Pronouncer(letters, phonemes, new Network(letters.size(), phonemes.size()));
  }

  /** Returns an untrained network with the letters and phonemes of some entries. */
  static Pronouncer of(List<Entry> entries) {
    return of(
        Vocabulary.builder(Vocabulary.Unit.CHARACTERS)
            .lowerCase(true)
            .addAll(entries.stream().map(Entry::word).toList())
            .build(),
        Vocabulary.builder(Vocabulary.Unit.WORDS)
            .specials(START, END)
            .addAll(entries.stream().map(Entry::phonemes).toList())
            .build());
  }

  /** Returns the letters of an entry, (L), and its phonemes with a start and an end, (T). */
  List<Tensor> encode(Entry entry) {
    return List.of(
        Torch.tensor(letters.encode(entry.word())),
        Torch.tensor(phonemes.encode(START + " " + entry.phonemes() + " " + END)));
  }

  /**
   * Returns the most probable pronunciations of a word, the best first. The network must be in
   * evaluation mode.
   *
   * @param width the width of the beam search; 1 for greedy search
   */
  List<Pronunciation> pronounce(String word, int width) {
    var search =
        new BeamSearch(width, MAX_PHONEMES, phonemes.indexOf(START), phonemes.indexOf(END));
    try (var noGrad = Torch.noGrad();
        var scope = new TensorScope()) {
      long[] codes = letters.encode(word);
      Network.Encoded read =
          network.encode(
              Torch.tensor(codes, 1, codes.length), Torch.tensor(new long[] {codes.length}));
      return search
          .search(
              given ->
                  network.decode(read.repeat(given.size(0)), given).select(1, -1).logSoftmax(1))
          .stream()
          .map(
              found ->
                  new Pronunciation(
                      phonemes.decode(found.tokens()), Math.exp(found.logProbability())))
          .toList();
    }
  }

  void save(Path file) throws IOException {
    Map<String, String> metadata = new HashMap<>(letters.toMetadata("letters"));
    metadata.putAll(phonemes.toMetadata("phonemes"));
    try (var scope = new TensorScope()) {
      SafeTensors.save(file, network.stateDict(), metadata);
    }
  }

  /** Loads a network that {@link #save} saved, in evaluation mode. */
  static Pronouncer load(Path file) throws IOException {
    Map<String, String> metadata = SafeTensors.loadMetadata(file);
    Pronouncer loaded =
        of(
            Vocabulary.fromMetadata(metadata, "letters"),
            Vocabulary.fromMetadata(metadata, "phonemes"));
    try (var scope = new TensorScope()) {
      loaded.network.loadStateDict(SafeTensors.load(file));
    }
    loaded.network.eval();
    return loaded;
  }
}
