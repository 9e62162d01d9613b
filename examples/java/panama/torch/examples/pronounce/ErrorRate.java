package panama.torch.examples.pronounce;

import java.util.List;

/**
 * The phoneme error rate: how many phonemes have to be inserted, deleted and replaced to correct
 * the predictions, divided by the number of phonemes of the references.
 */
final class ErrorRate {
  private long errors;
  private long phonemes;

  /** Adds a word, as phonemes separated by spaces. */
  void add(String reference, String prediction) {
    List<String> expected = split(reference);
    errors += distance(expected, split(prediction));
    phonemes += expected.size();
  }

  private static List<String> split(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }

  /** Returns the rate of all words. */
  double value() {
    return (double) errors / phonemes;
  }

  /** Returns the Levenshtein distance. */
  static int distance(List<?> from, List<?> to) {
    int[] row = new int[to.size() + 1]; // the distances from the first i elements
    for (int j = 1; j <= to.size(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.size(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.size(); j++) {
        int replaced = diagonal + (from.get(i - 1).equals(to.get(j - 1)) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.size()];
  }
}
