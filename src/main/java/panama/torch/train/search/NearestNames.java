package panama.torch.train.search;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Errors for misspelt names of parameters. */
final class NearestNames {
  private static final int SHOWN = 3;

  private NearestNames() {}

  static IllegalArgumentException unknown(String name, Collection<String> names) {
    String wanted = name.toLowerCase(Locale.ROOT);
    List<String> nearest =
        names.stream()
            .sorted(
                Comparator.comparingInt(known -> distance(wanted, known.toLowerCase(Locale.ROOT))))
            .limit(SHOWN)
            .toList();
    return new IllegalArgumentException(
        "name: there is no parameter '" + name + "'; the nearest names are " + nearest);
  }

  /** Returns the Levenshtein distance: how many letters to insert, to delete or to replace. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
