package panama.torch.data.preprocessing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.DType;
import panama.torch.Torch;
import panama.torch.data.preprocessing.Vocabulary.Unit;
import panama.torch.io.SafeTensors;

@Tag("locale")
class VocabularyTest {
  private static Vocabulary characters(String... texts) {
    return Vocabulary.builder(Unit.CHARACTERS).addAll(List.of(texts)).build();
  }

  private static Vocabulary.Builder words(String... texts) {
    return Vocabulary.builder(Unit.WORDS).addAll(List.of(texts));
  }

  /** Texts of any code points but halves of surrogate pairs. */
  @Provide
  Arbitrary<String> unicode() {
    return Arbitraries.oneOf(
            Arbitraries.integers().between(0, 0xd7ff),
            Arbitraries.integers().between(0xe000, 0x10ffff),
            Arbitraries.integers().between('a', 'e'))
        .list()
        .ofMaxSize(40)
        .map(points -> new String(points.stream().mapToInt(p -> p).toArray(), 0, points.size()));
  }

  @Property(tries = 300)
  void decodingUndoesEncoding(@ForAll("unicode") String text) {
    Vocabulary vocabulary = characters(text);
    long[] indices = vocabulary.encode(text);
    assertThat(indices).hasSize(text.codePointCount(0, text.length()));
    assertThat(LongStream.of(indices)).allMatch(index -> index > vocabulary.unknownIndex());
    assertThat(vocabulary.decode(indices)).isEqualTo(text);
    assertThat(Vocabulary.fromMetadata(vocabulary.toMetadata()).entries())
        .isEqualTo(vocabulary.entries());
  }

  @Property(tries = 300)
  void wordsAreTheSameAfterDecoding(@ForAll("unicode") String text) {
    Vocabulary vocabulary = words(text).build();
    long[] indices = vocabulary.encode(text);
    assertThat(vocabulary.encode(vocabulary.decode(indices))).isEqualTo(indices);
  }

  @Property(tries = 300)
  void encodesAnyJavaString(@ForAll String text) {
    Vocabulary vocabulary = characters(text);
    assertThat(LongStream.of(vocabulary.encode(text)))
        .allMatch(i -> i > 0 && i < vocabulary.size());
    assertThat(LongStream.of(words(text).build().encode(text))).allMatch(i -> i > 0);
  }

  @Test
  void ordersByFrequencyThenByCodePoints() {
    // As UTF-16, the emoji U+1F600 would be before U+FF5E.
    Vocabulary vocabulary = characters("\uff5e\ud83d\ude00bacaab");
    assertThat(vocabulary.entries())
        .containsExactly("<pad>", "<unk>", "a", "b", "c", "\uff5e", "\ud83d\ude00");
    assertThat(vocabulary.padIndex()).isZero();
    assertThat(vocabulary.size()).isEqualTo(7);
    assertThat(vocabulary.indexOf("c")).isEqualTo(4);
    assertThat(vocabulary.indexOf("d")).isEqualTo(vocabulary.unknownIndex()).isEqualTo(1);
  }

  @Test
  void wordsAreSeparatedByAnyWhiteSpace() {
    Vocabulary vocabulary = words(" to be\tor\u00a0not\n\nto\u3000be ").build();
    assertThat(vocabulary.entries()).containsExactly("<pad>", "<unk>", "be", "to", "not", "or");
    assertThat(vocabulary.decode(vocabulary.encode("to  be!"))).isEqualTo("to <unk>");
    assertThat(vocabulary.encode("")).isEmpty();
    assertThat(vocabulary.encode(" ")).isEmpty();
  }

  /** {@code [c for c in range(0x10000) if chr(c).isspace()]} in Python. */
  private static boolean isSpaceInPython(int c) {
    return IntStream.of(0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000)
            .anyMatch(space -> space == c)
        || (0x9 <= c && c <= 0xd)
        || (0x1c <= c && c <= 0x1f)
        || (0x2000 <= c && c <= 0x200a);
  }

  @Test
  void wordsAreSeparatedWherePythonSplits() {
    Vocabulary vocabulary = words("a b").build();
    for (int c = 0; c < Character.MIN_SURROGATE; c++) {
      assertThat(vocabulary.encode("a" + (char) c + "b"))
          .as("code point %x", c)
          .hasSize(isSpaceInPython(c) ? 2 : 1);
    }
  }

  @Test
  void charactersOfAllPlanesAreEntries() {
    Vocabulary vocabulary =
        Vocabulary.builder(Vocabulary.Unit.CHARACTERS).add("a\u00e4\ud83d\ude00").build();
    assertThat(vocabulary.encode("\ud83d\ude00a\u00e4b\u00e5\uffff\ud83d\ude01"))
        .containsExactly(4, 2, 3, 1, 1, 1, 1);
  }

  @Test
  void rareEntriesAreCut() {
    String text = "a a a b b c c d";
    assertThat(words(text).minFrequency(2).build().entries().subList(2, 5))
        .containsExactly("a", "b", "c");
    assertThat(words(text).maxSize(4).build().entries())
        .containsExactly("<pad>", "<unk>", "a", "b");
    assertThat(words(text).maxSize(4).specials("<bos>").build().entries())
        .containsExactly("<pad>", "<unk>", "<bos>", "a");
    assertThatThrownBy(() -> words(text).maxSize(2).specials("<bos>").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxSize: expected at least the number of special entries");
  }

  @Test
  void specialEntriesHaveOneIndexEvenIfTheyOccur() {
    Vocabulary vocabulary =
        words("<s> a <s> [PAD]").padding("[PAD]").unknown("?").specials("<s>").build();
    assertThat(vocabulary.entries()).containsExactly("[PAD]", "?", "<s>", "a");
    assertThat(vocabulary.encode("<s> b")).containsExactly(2, 1);
  }

  @Test
  void lowerCaseIsThatOfTheRootLocale() {
    Vocabulary vocabulary = Vocabulary.builder(Unit.WORDS).lowerCase(true).add("INFO İ").build();
    assertThat(vocabulary.entries().subList(2, 4)).containsExactly("info", "i\u0307");
    assertThat(vocabulary.encode("Info")).containsExactly(2);
    assertThatThrownBy(() -> words("A").lowerCase(true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before");
  }

  @Test
  void encodesToTensorsAndLeavesOutPadding() {
    Vocabulary vocabulary = characters("abc");
    var tensor = vocabulary.encodeTensor("cab");
    assertThat(tensor.dtype()).isEqualTo(DType.INT64);
    assertThat(tensor.toLongArray()).containsExactly(4, 2, 3);
    assertThat(vocabulary.decode(4, 0, 2, 0, 0)).isEqualTo("ca");
    assertThat(vocabulary.encodeTensor("").shape().toArray()).containsExactly(0);
    assertThatThrownBy(() -> vocabulary.decode(5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 0 to 4, got 5");
  }

  @Test
  void halvesOfSurrogatePairsAreUnknown() {
    Vocabulary vocabulary = characters("a\ud83db");
    assertThat(vocabulary.entries()).containsExactly("<pad>", "<unk>", "a", "b");
    assertThat(vocabulary.encode("\ude00a")).containsExactly(1, 2);
  }

  @Test
  void isSavedAndLoaded(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("vocabulary.json");
    Files.writeString(path, "earlier");
    Vocabulary vocabulary =
        Vocabulary.builder(Unit.WORDS)
            .lowerCase(true)
            .specials("\"<s>\"\u0000")
            .add("Straße \ud83d\ude00 straße")
            .build();
    vocabulary.save(path);
    Vocabulary loaded = Vocabulary.load(path);
    assertThat(loaded.entries()).isEqualTo(vocabulary.entries());
    assertThat(loaded.encode("STRASSE Straße")).containsExactly(1, 3);
    assertThat(loaded).hasToString("Vocabulary(WORDS, 5 entries)");
    assertThat(Files.readString(path)).contains("\"unit\":\"words\"").contains("straße");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void isSavedWithAModel(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("model.safetensors");
    Vocabulary vocabulary = characters("größe");
    SafeTensors.save(path, Map.of("w", Torch.ones(1)), vocabulary.toMetadata());
    Vocabulary loaded = Vocabulary.fromMetadata(SafeTensors.loadMetadata(path));
    assertThat(loaded.entries()).isEqualTo(vocabulary.entries());
    assertThat(loaded.unit()).isEqualTo(Unit.CHARACTERS);
    assertThatThrownBy(() -> Vocabulary.fromMetadata(Map.of("x", "y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected the key 'vocabulary', got [x]");
    assertThatThrownBy(() -> Vocabulary.fromMetadata(Map.of("vocabulary", "{")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'vocabulary': expected a vocabulary");
  }

  @Test
  void twoVocabulariesAreSavedWithAModel(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("model.safetensors");
    Map<String, String> metadata = new HashMap<>(characters("größe").toMetadata("source"));
    metadata.putAll(words("the size").build().toMetadata("target"));
    SafeTensors.save(path, Map.of("w", Torch.ones(1)), metadata);
    Map<String, String> loaded = SafeTensors.loadMetadata(path);
    assertThat(Vocabulary.fromMetadata(loaded, "source").encode("öß"))
        .isEqualTo(characters("größe").encode("öß"));
    assertThat(Vocabulary.fromMetadata(loaded, "target").unit()).isEqualTo(Unit.WORDS);
    assertThatThrownBy(() -> Vocabulary.fromMetadata(Map.of("source", "{"), "target"))
        .hasMessageContaining("expected the key 'target', got [source]");
    assertThatThrownBy(() -> Vocabulary.fromMetadata(Map.of("source", "{"), "source"))
        .hasMessageContaining("'source': expected a vocabulary");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                                          | the vocabulary
          []                                                          | START_OBJECT
          {                                                           | vocabulary
          {"unit":"words","lowerCase":true}                           | and entries
          {"unit":"lines","lowerCase":true,"entries":["a","b"]}       | characters or words, got lines
          {"unit":7,"lowerCase":true,"entries":["a","b"]}             | characters or words, got null
          {"unit":"words","lowerCase":1,"entries":["a","b"]}          | a boolean lowerCase
          {"unit":"words","lowerCase":true,"entries":["a"]}           | the unknown entry
          {"unit":"words","lowerCase":true,"entries":["a","a"]}       | two 'a'
          {"unit":"words","lowerCase":true,"entries":["a",""]}        | not empty
          {"unit":"words","lowerCase":true,"entries":["a","\\ud800"]} | valid Unicode
          {"unit":"words","lowerCase":true,"entries":["a",["b"]]}     | entry 1: expected VALUE_STRING
          {"unit":"words","lowerCase":true,"entries":["a","b"         | end-of-input
          {"unit":"words","lowerCase":true,"entries":["a","b"]} {}    | expected only
          {"unit":"words","unit":"words"}                             | Duplicate
          {"case":"words"}                                            | unexpected name 'case'
          """)
  void refusesOtherFiles(String json, String message, @TempDir Path folder) throws IOException {
    Path path = folder.resolve("hostile.json");
    Files.write(path, json.getBytes(UTF_8));
    assertThatThrownBy(() -> Vocabulary.load(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("hostile.json: expected a vocabulary")
        .hasMessageContaining(message);
  }

  @Test
  void aFailureToSaveLeavesNothing(@TempDir Path folder) throws IOException {
    Path target = Files.createDirectory(folder.resolve("folder"));
    Files.createFile(target.resolve("file"));
    Vocabulary vocabulary = characters("a");
    assertThatThrownBy(() -> vocabulary.save(target))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be saved");
    assertThatThrownBy(() -> vocabulary.save(folder.resolve("none").resolve("v.json")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("v.json");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(target);
    }
  }
}
