package panama.torch.examples.languageid;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The characters that a network knows, numbered in order: 0 is padding, 1 any other character. */
record Alphabet(String characters) {
  static final int PADDING = 0;
  private static final long UNKNOWN = 1;
  private static final int FIRST = 2;

  /** Returns the alphabet of all characters of a normalized text. */
  static Alphabet of(String text) {
    StringBuilder characters = new StringBuilder();
    text.chars().distinct().sorted().forEach(c -> characters.append((char) c));
    return new Alphabet(characters.toString());
  }

  /** Normalizes a text: lower case, ASCII quotes and dashes, Unicode normalization form C. */
  static String normalise(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[’‘ʼ‚]", "'")
        .replaceAll("[“”„«»]", "\"")
        .replaceAll("[‐‑‒–—]", "-")
        .replaceAll("\\s+", " ")
        .strip();
  }

  /** Returns the number of numbers, padding and unknown characters included. */
  int size() {
    return FIRST + characters.length();
  }

  /** Returns the numbers of the characters of a normalized text. */
  long[] encode(String text) {
    Map<Character, Long> numbers = new HashMap<>();
    for (int i = 0; i < characters.length(); i++) {
      numbers.put(characters.charAt(i), (long) FIRST + i);
    }
    return text.chars().mapToLong(c -> numbers.getOrDefault((char) c, UNKNOWN)).toArray();
  }

  /** Returns whether at least one character of a normalized text other than a space is known. */
  boolean knowsAnyOf(String text) {
    return text.chars().anyMatch(c -> c != ' ' && characters.indexOf(c) >= 0);
  }
}
