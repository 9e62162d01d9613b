package panama.torch.examples.languageid;

/** The number of pieces for each pair of actual and predicted language. */
final class ConfusionMatrix {
  private final long[][] counts;

  ConfusionMatrix(int languages) {
    counts = new long[languages][languages];
  }

  void add(long[] actual, long[] predicted) {
    for (int i = 0; i < actual.length; i++) {
      counts[(int) actual[i]][(int) predicted[i]]++;
    }
  }

  int languages() {
    return counts.length;
  }

  long count(int actual, int predicted) {
    return counts[actual][predicted];
  }

  /** Returns the fraction of pieces whose language was predicted correctly. */
  double accuracy() {
    long right = 0;
    long all = 0;
    for (int language = 0; language < counts.length; language++) {
      right += counts[language][language];
      all += pieces(language);
    }
    return (double) right / all;
  }

  /** Returns the recall of a language: the fraction of its pieces that were predicted correctly. */
  double recall(int language) {
    return (double) counts[language][language] / pieces(language);
  }

  /**
   * Returns the precision of a language: the fraction of its predictions that are correct, or NaN.
   */
  double precision(int language) {
    long named = 0;
    for (long[] row : counts) {
      named += row[language];
    }
    return (double) counts[language][language] / named;
  }

  /** Returns the most frequent wrong prediction for a language, or -1 if there is none. */
  int mistakenFor(int language) {
    int worst = -1;
    for (int other = 0; other < counts.length; other++) {
      if (other != language
          && counts[language][other] > (worst < 0 ? 0 : counts[language][worst])) {
        worst = other;
      }
    }
    return worst;
  }

  private long pieces(int language) {
    long pieces = 0;
    for (long count : counts[language]) {
      pieces += count;
    }
    return pieces;
  }
}
