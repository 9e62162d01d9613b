package panama.torch.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds the known names that are most similar to a misspelt one. */
public final class NearestName {
  private NearestName() {}

  /**
   * Returns the name with the smallest edit distance; upper and lower case are the same.
   *
   * @param names at least one
   */
  public static String to(String name, Collection<String> names) {
    return sorted(name, new TreeSet<>(names)).findFirst().orElseThrow();
  }

  /**
   * Returns the names with the smallest edit distances, the nearest first; upper and lower case are
   * the same. Names of equal distance keep their order.
   *
   * @param most how many names to return at most
   */
  public static List<String> to(String name, Collection<String> names, int most) {
    return sorted(name, names).limit(most).toList();
  }

  private static Stream<String> sorted(String name, Collection<String> names) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return names.stream()
        .sorted(Comparator.comparingInt(known -> distance(wanted, known.toLowerCase(Locale.ROOT))));
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
