package panama.torch.examples.languageid;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** Draws pieces of 20 to 120 characters from a corpus. */
final class Pieces {
  static final int SHORTEST = 20;
  static final int LONGEST = 120;

  /**
   * The number of batches that are drawn together and then filled with pieces in order of length.
   */
  private static final int BUCKET = 8;

  /** Fixed, so that the test does not depend on the seed of the training. */
  private static final long TEST_SEED = 20_481_210;

  private Pieces() {}

  /**
   * Draws pieces of the held-out articles, the same number for every language, with uniformly
   * distributed lengths. They are sorted by length, so that batches have little padding.
   */
  static List<Piece> test(Corpus corpus, int perLanguage) {
    Random random = new Random(TEST_SEED);
    List<Piece> pieces = new ArrayList<>();
    for (int language = 0; language < corpus.languages().size(); language++) {
      String text = corpus.languages().get(language).heldOut();
      for (int i = 0; i < perLanguage; i++) {
        int length = random.nextInt(SHORTEST, LONGEST + 1);
        pieces.add(piece(text, language, length, random));
      }
    }
    pieces.sort(Comparator.comparing(piece -> piece.text().length()));
    return pieces;
  }

  /**
   * Draws batches of pieces of the training articles. Short pieces, which are harder, are more
   * frequent. The pieces of a batch have similar lengths, so that there is little padding.
   */
  static List<List<Piece>> training(Corpus corpus, int batches, int batchSize, Random random) {
    List<List<Piece>> all = new ArrayList<>();
    while (all.size() < batches) {
      int together = Math.min(BUCKET, batches - all.size());
      List<Piece> bucket = new ArrayList<>();
      for (int i = 0; i < together * batchSize; i++) {
        int language = random.nextInt(corpus.languages().size());
        double share = Math.pow(random.nextDouble(), 4);
        int length = SHORTEST + (int) (share * (LONGEST - SHORTEST + 1));
        bucket.add(piece(corpus.languages().get(language).training(), language, length, random));
      }
      bucket.sort(Comparator.comparing(piece -> piece.text().length()));
      List<List<Piece>> cut = batches(bucket, batchSize);
      Collections.shuffle(cut, random);
      all.addAll(cut);
    }
    return all;
  }

  /** Splits the pieces into batches, in their order. */
  static List<List<Piece>> batches(List<Piece> pieces, int batchSize) {
    List<List<Piece>> batches = new ArrayList<>();
    for (int from = 0; from < pieces.size(); from += batchSize) {
      batches.add(pieces.subList(from, Math.min(from + batchSize, pieces.size())));
    }
    return batches;
  }

  private static Piece piece(String text, int language, int length, Random random) {
    int from = random.nextInt(text.length() - length + 1);
    return new Piece(text.substring(from, from + length), language);
  }
}
