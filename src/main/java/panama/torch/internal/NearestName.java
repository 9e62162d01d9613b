package panama.torch.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.TreeSet;

/** Finds the known name that is most similar to a misspelt one. */
public final class NearestName {
  private NearestName() {}

  /**
   * Returns the name with the smallest edit distance; upper and lower case are the same.
   *
   * @param names at least one
   */
  public static String to(String name, Collection<String> names) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return new TreeSet<>(names)
        .stream()
            .min(Comparator.comparingInt(known -> distance(wanted, known.toLowerCase(Locale.ROOT))))
            .orElseThrow();
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
