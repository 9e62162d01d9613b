package panama.torch.examples.languageid;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The characters that a network knows, in order, as numbers: 0 is padding, 1 any other character.
 */
record Alphabet(String characters) {
  static final int PADDING = 0;
  private static final long UNKNOWN = 1;
  private static final int FIRST = 2;

  /** All characters of a normalised text. */
  static Alphabet of(String text) {
    StringBuilder characters = new StringBuilder();
    text.chars().distinct().sorted().forEach(c -> characters.append((char) c));
    return new Alphabet(characters.toString());
  }

  /** What is left when typesetting is taken away: lower case, plain quotes and dashes, NFC. */
  static String normalise(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[’‘ʼ‚]", "'")
        .replaceAll("[“”„«»]", "\"")
        .replaceAll("[‐‑‒–—]", "-")
        .replaceAll("\\s+", " ")
        .strip();
  }

  /** How many numbers there are. */
  int size() {
    return FIRST + characters.length();
  }

  /** The numbers of a normalised text. */
  long[] encode(String text) {
    Map<Character, Long> numbers = new HashMap<>();
    for (int i = 0; i < characters.length(); i++) {
      numbers.put(characters.charAt(i), (long) FIRST + i);
    }
    return text.chars().mapToLong(c -> numbers.getOrDefault((char) c, UNKNOWN)).toArray();
  }

  /** Whether at least one character of a normalised text, the space apart, is known. */
  boolean knowsAnyOf(String text) {
    return text.chars().anyMatch(c -> c != ' ' && characters.indexOf(c) >= 0);
  }
}
