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

  /** So many batches are drawn together, and share out their pieces by length. */
  private static final int BUCKET = 8;

  /** The test is the same whatever the seed of the training. */
  private static final long TEST_SEED = 20_481_210;

  private Pieces() {}

  /**
   * Pieces of the held-out articles, of all lengths alike: as many for every language. Sorted by
   * length, so that little is spent on padding.
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
   * Batches of pieces of the training articles. Short ones, which are the harder, come more often;
   * pieces of one batch are of similar length, so that little is spent on padding.
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

  /** The pieces in their order, so many at a time. */
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
