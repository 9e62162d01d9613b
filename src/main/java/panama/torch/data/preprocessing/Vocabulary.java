package panama.torch.data.preprocessing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import panama.torch.IndexException;
import panama.torch.internal.Arguments;

/**
 * A vocabulary of the characters or words of a body of text, each with an index.
 *
 * <pre>{@code
 * Vocabulary vocabulary =
 *     Vocabulary.builder(Vocabulary.Unit.WORDS).lowerCase(true).addAll(texts).minFrequency(2).build();
 * long[] indices = vocabulary.encode("to be or not to be");
 * }</pre>
 *
 * <p>Index 0 is the padding, and index 1 the unknown entry, for all characters or words without an
 * entry of their own. Further special entries follow, and then the others by decreasing frequency,
 * those of one frequency in the order of their code points, as in {@code build_vocab_from_iterator}
 * of torchtext.
 */
public final class Vocabulary implements Tokenizer {
  private static final int PADDING = 0;
  private static final int UNKNOWN = 1;

  /** The parts of a text that are entries. */
  public enum Unit {
    /** Unicode code points, so that an emoji is one character. */
    CHARACTERS,
    /** The parts between white space; decoding puts a space between them. */
    WORDS
  }

  private final Unit unit;
  private final boolean lowerCase;
  private final List<String> entries;
  private final Map<String, Integer> indices = new HashMap<>();

  /** The index of each character up to the last entry of one UTF-16 code unit. */
  private final int[] indicesOfCharacters;

  /**
   * Creates a vocabulary.
   *
   * @param entries the padding, the unknown entry, and all others
   * @throws IllegalArgumentException unless there are two, all different, not empty and valid
   *     Unicode
   */
  Vocabulary(Unit unit, boolean lowerCase, List<String> entries) {
    this.unit = unit;
    this.lowerCase = lowerCase;
    this.entries = List.copyOf(entries);
    if (entries.size() < 2) {
      throw new IllegalArgumentException(
          "entries: expected the padding and the unknown entry, got " + entries);
    }
    for (String entry : entries) {
      if (entry.isEmpty() || !isUnicode(entry)) {
        throw new IllegalArgumentException(
            "entries: expected texts of valid Unicode that are not empty, got '%s' at %s"
                .formatted(entry, indices.size()));
      }
      if (indices.put(entry, indices.size()) != null) {
        throw new IllegalArgumentException(
            "entries: expected different texts, got two '" + entry + "'");
      }
    }
    List<String> characters = entries.stream().filter(entry -> entry.length() == 1).toList();
    int last = characters.stream().mapToInt(entry -> entry.charAt(0)).max().orElse(-1);
    indicesOfCharacters = new int[last + 1];
    Arrays.fill(indicesOfCharacters, UNKNOWN);
    characters.forEach(entry -> indicesOfCharacters[entry.charAt(0)] = indexOf(entry));
  }

  /** Returns whether a text has no unpaired surrogate, which UTF-8 cannot represent. */
  private static boolean isUnicode(String text) {
    return text.codePoints()
        .noneMatch(c -> Character.MIN_SURROGATE <= c && c <= Character.MAX_SURROGATE);
  }

  /**
   * Returns a builder of a vocabulary without text.
   *
   * @param unit whether characters or words are entries
   */
  public static Builder builder(Unit unit) {
    return new Builder(unit);
  }

  /** The options of a {@link Vocabulary}, and the counts of its characters or words. */
  public static final class Builder {
    private final Unit unit;
    private boolean lowerCase;
    private String padding = "<pad>";
    private String unknown = "<unk>";
    private List<String> specials = List.of();
    private int minFrequency = 1;
    private int maxSize = Integer.MAX_VALUE;
    private final Map<String, Long> frequencies = new HashMap<>();

    private Builder(Unit unit) {
      this.unit = Objects.requireNonNull(unit, "unit");
    }

    /**
     * Sets whether texts are converted to lower case, in {@link Locale#ROOT}. Default: false.
     *
     * @param lowerCase whether to convert
     * @return this builder
     * @throws IllegalStateException after texts were added
     */
    public Builder lowerCase(boolean lowerCase) {
      if (!frequencies.isEmpty()) {
        throw new IllegalStateException("lowerCase: call it before texts are added");
      }
      this.lowerCase = lowerCase;
      return this;
    }

    /**
     * Sets the entry at index 0, with which sequences are padded. Default: {@code <pad>}.
     *
     * @param padding its text
     * @return this builder
     */
    public Builder padding(String padding) {
      this.padding = Objects.requireNonNull(padding, "padding");
      return this;
    }

    /**
     * Sets the entry at index 1, for characters or words without an entry. Default: {@code <unk>}.
     *
     * @param unknown its text
     * @return this builder
     */
    public Builder unknown(String unknown) {
      this.unknown = Objects.requireNonNull(unknown, "unknown");
      return this;
    }

    /**
     * Sets further special entries, which get the indices from 2, such as marks for the start and
     * the end. Default: none.
     *
     * @param specials their texts
     * @return this builder
     */
    public Builder specials(String... specials) {
      this.specials = List.of(specials);
      return this;
    }

    /**
     * Sets how often a character or word must occur to get an entry. Default: 1.
     *
     * @param minFrequency at least 1
     * @return this builder
     * @throws IllegalArgumentException for a number below 1
     */
    public Builder minFrequency(int minFrequency) {
      this.minFrequency = Arguments.positive("minFrequency", minFrequency);
      return this;
    }

    /**
     * Sets the largest number of entries, the special ones included; the most frequent ones are
     * kept. Default: no limit.
     *
     * @param maxSize at least 2
     * @return this builder
     */
    public Builder maxSize(int maxSize) {
      this.maxSize = maxSize;
      return this;
    }

    /**
     * Counts the characters or words of a text. Unpaired surrogates, and words with one, are not
     * counted.
     *
     * @param text any text
     * @return this builder
     */
    public Builder add(String text) {
      split(unit, lowerCase, text)
          .filter(Vocabulary::isUnicode)
          .forEach(part -> frequencies.merge(part, 1L, Long::sum));
      return this;
    }

    /**
     * Counts the characters or words of texts.
     *
     * @param texts any texts, for example the lines of {@link panama.torch.data.table.TextLines}
     * @return this builder
     */
    public Builder addAll(Iterable<String> texts) {
      texts.forEach(this::add);
      return this;
    }

    /**
     * Returns the vocabulary.
     *
     * @throws IllegalArgumentException if two special entries are the same, one is empty, or there
     *     are more than the largest number of entries
     */
    public Vocabulary build() {
      List<String> entries = new ArrayList<>(List.of(padding, unknown));
      entries.addAll(specials);
      if (entries.size() > maxSize) {
        throw new IllegalArgumentException(
            "maxSize: expected at least the number of special entries %s, got %s"
                .formatted(entries, maxSize));
      }
      Stream<String> frequent =
          frequencies.entrySet().stream()
              .filter(
                  entry -> entry.getValue() >= minFrequency && !entries.contains(entry.getKey()))
              .sorted(
                  Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                      .thenComparing(Map.Entry::getKey, Vocabulary::compareCodePoints))
              .map(Map.Entry::getKey)
              .limit(maxSize - entries.size());
      return new Vocabulary(unit, lowerCase, Stream.concat(entries.stream(), frequent).toList());
    }
  }

  /** Compares texts by code points, as Python does; String.compareTo compares UTF-16 code units. */
  private static int compareCodePoints(String a, String b) {
    return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }

  private static Stream<String> split(Unit unit, boolean lowerCase, String text) {
    String cased = lowerCase ? text.toLowerCase(Locale.ROOT) : text;
    return switch (unit) {
      case CHARACTERS -> cased.codePoints().mapToObj(Character::toString);
      case WORDS -> words(cased).stream();
    };
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int end = text.length();
    for (int start = 0, i = 0; i <= end; i++) {
      if (i == end || isSpace(text.charAt(i))) {
        if (start < i) {
          words.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return words;
  }

  /** Returns whether Python's {@code str.split()} splits at a character. */
  private static boolean isSpace(char c) {
    return c < 0x80
        ? c == ' ' || ('\t' <= c && c <= '\r') || (0x1c <= c && c <= 0x1f)
        : c == 0x85 || Character.isSpaceChar(c);
  }

  /** Returns whether characters or words are entries. */
  public Unit unit() {
    return unit;
  }

  /** Returns whether texts are converted to lower case. */
  public boolean lowerCase() {
    return lowerCase;
  }

  /** Returns all entries by index. */
  public List<String> entries() {
    return entries;
  }

  @Override
  public int size() {
    return entries.size();
  }

  /** Returns 0, the index of the padding. */
  @Override
  public int padIndex() {
    return PADDING;
  }

  /** Returns 1, the index of the unknown entry. */
  public int unknownIndex() {
    return UNKNOWN;
  }

  /**
   * Returns the index of an entry, or that of the unknown entry.
   *
   * @param entry a character, a word or the text of a special entry
   */
  public int indexOf(String entry) {
    return indices.getOrDefault(Objects.requireNonNull(entry, "entry"), UNKNOWN);
  }

  private int indexOf(int codePoint) {
    return codePoint < indicesOfCharacters.length
        ? indicesOfCharacters[codePoint]
        : indexOf(Character.toString(codePoint));
  }

  /** Returns the indices of the characters or words of a text. */
  @Override
  public long[] encode(String text) {
    String cased = lowerCase ? text.toLowerCase(Locale.ROOT) : text;
    return switch (unit) {
      case CHARACTERS -> cased.codePoints().mapToLong(this::indexOf).toArray();
      case WORDS -> words(cased).stream().mapToLong(this::indexOf).toArray();
    };
  }

  /**
   * Returns the characters of indices, or the words with spaces between them, without padding.
   * Other special entries are included.
   */
  @Override
  public String decode(long... indices) {
    return LongStream.of(indices)
        .filter(index -> index != PADDING)
        .mapToObj(this::entry)
        .collect(Collectors.joining(unit == Unit.WORDS ? " " : ""));
  }

  private String entry(long index) {
    if (index < 0 || index >= entries.size()) {
      throw new IndexException(
          String.format(
              Locale.ROOT, "indices: expected 0 to %d, got %d", entries.size() - 1, index));
    }
    return entries.get((int) index);
  }

  /**
   * Writes this vocabulary to a JSON file, which is replaced atomically.
   *
   * @param path the file to write
   * @throws IOException if the file cannot be written
   */
  public void save(Path path) throws IOException {
    VocabularyJson.save(this, path);
  }

  /**
   * Returns a vocabulary from a file that {@link #save} wrote.
   *
   * @param path the file
   * @throws IOException if the file cannot be read, or is not such a file
   */
  public static Vocabulary load(Path path) throws IOException {
    return VocabularyJson.load(path);
  }

  /**
   * Returns this vocabulary as metadata of a safetensors file, to save it in the file of the model.
   * Other metadata can be added to a copy.
   *
   * @return a map with the key {@code vocabulary}
   */
  public Map<String, String> toMetadata() {
    return toMetadata(VocabularyJson.KEY);
  }

  /**
   * Returns this vocabulary as metadata of a safetensors file with a key of its own, for models
   * with several vocabularies, such as those of two languages.
   *
   * @param key any text
   * @return a map with this key
   */
  public Map<String, String> toMetadata(String key) {
    return Map.of(key, VocabularyJson.write(this));
  }

  /**
   * Returns the vocabulary in the metadata of a safetensors file.
   *
   * @param metadata a map with the key {@code vocabulary}, which {@link #toMetadata} returned
   * @throws IllegalArgumentException if the key does not exist, or its value is not a vocabulary
   */
  public static Vocabulary fromMetadata(Map<String, String> metadata) {
    return fromMetadata(metadata, VocabularyJson.KEY);
  }

  /**
   * Returns one of several vocabularies in the metadata of a safetensors file.
   *
   * @param metadata a map with the key, which {@link #toMetadata(String)} returned
   * @param key the key of the vocabulary
   * @throws IllegalArgumentException if the key does not exist, or its value is not a vocabulary
   */
  public static Vocabulary fromMetadata(Map<String, String> metadata, String key) {
    return VocabularyJson.fromMetadata(metadata, key);
  }

  /** Returns the unit and the number of entries. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "Vocabulary(%s, %d entries)", unit, size());
  }
}
