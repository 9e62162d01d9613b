package panama.torch.examples.languageid;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.data.Dataset;
import panama.torch.data.preprocessing.Vocabulary;

/**
 * Pieces of texts for the training, which may begin and end within words: the characters (L) and
 * the language (). Each has a language and a length, and is cut out anew whenever it is read.
 */
record Pieces(List<Tensor> texts, long[] lengths, Random random) implements Dataset<List<Tensor>> {
  static final int SHORTEST = 20;
  static final int LONGEST = 120;

  /** Fixed, so that the test does not depend on the seed of the training. */
  private static final long TEST_SEED = 20_481_210;

  /** Returns pieces of the training articles. Most are short, since short ones are harder. */
  static Pieces training(List<Language> corpus, Vocabulary characters, int count, long seed) {
    Random random = new Random(seed);
    LongStream lengths =
        random
            .doubles(count)
            .mapToLong(x -> SHORTEST + (long) (Math.pow(x, 4) * (LONGEST - SHORTEST + 1)));
    return new Pieces(encode(corpus, Language::training, characters), lengths.toArray(), random);
  }

  /** Returns pieces of the held-out articles: always the same, sorted by length. */
  static Dataset<List<Tensor>> test(List<Language> corpus, Vocabulary characters, int perLanguage) {
    Random random = new Random(TEST_SEED);
    List<Tensor> texts = encode(corpus, Language::heldOut, characters);
    List<List<Tensor>> pieces = new ArrayList<>();
    for (int i = 0; i < perLanguage * texts.size(); i++) {
      pieces.add(cut(texts, i / perLanguage, random.nextInt(SHORTEST, LONGEST + 1), random));
    }
    pieces.sort(Comparator.comparing(piece -> piece.getFirst().size(0)));
    return Dataset.of(pieces);
  }

  private static List<Tensor> encode(
      List<Language> corpus, Function<Language, String> text, Vocabulary characters) {
    return corpus.stream().map(text).map(characters::encodeTensor).toList();
  }

  private static List<Tensor> cut(List<Tensor> texts, int language, long length, Random random) {
    Tensor text = texts.get(language);
    long start = random.nextInt((int) (text.size(0) - length + 1));
    return List.of(text.narrow(0, start, length), Torch.tensor((long) language));
  }

  @Override
  public long size() {
    return lengths.length;
  }

  @Override
  public List<Tensor> get(long index) {
    return cut(texts, (int) (index % texts.size()), lengths[(int) index], random);
  }
}
