package panama.torch.data.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceTokenizerTest {
  private static final String FILE =
      """
      {
        "version": "1.0",
        "truncation": null,
        "padding": %s,
        "added_tokens": [
          {"id": 0, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": true},
          {"id": 1, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": true}
        ],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": null,
        "decoder": null,
        "model": {
          "type": "WordLevel",
          "vocab": {"%2$s": 0, "[UNK]": 1, "hello": 2, "world": 3, "größe": 4},
          "unk_token": "[UNK]"
        }
      }
      """;

  @TempDir static Path folder;

  private static Path file(String padding, String name) throws IOException {
    return Files.writeString(
        Files.createTempFile(folder, "tokenizer", ".json"), FILE.formatted(padding, name));
  }

  @BeforeAll
  static void loadNativeLibrary() throws IOException {
    System.setProperty("OPT_OUT_TRACKING", "true");
    // Where DJL unpacks its native library; otherwise the home folder.
    System.setProperty("DJL_CACHE_DIR", Path.of("target", "djl").toAbsolutePath().toString());
    try (var tokenizer = HuggingFaceTokenizer.load(file("null", "[PAD]"))) {
      assertThat(tokenizer.size()).isEqualTo(5);
    } catch (LinkageError | RuntimeException e) {
      abort("DJL's native library cannot be loaded here: " + e);
    }
  }

  @Test
  void encodesAndDecodes() throws IOException {
    try (var tokenizer = HuggingFaceTokenizer.load(file("null", "[PAD]"))) {
      assertThat(tokenizer.encode("Hello GRÖSSE größe world")).containsExactly(2, 1, 4, 3);
      assertThat(tokenizer.encodeTensor("world").toLongArray()).containsExactly(3);
      assertThat(tokenizer.encode("")).isEmpty();
      assertThat(tokenizer.decode(2, 4, 0, 0)).isEqualTo("hello größe");
      assertThatThrownBy(() -> tokenizer.decode(5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected 0 to 4, got 5");
    }
  }

  @Test
  void neitherPadsNorTruncates() throws IOException {
    String padding =
        """
        {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 1,
         "pad_type_id": 0, "pad_token": "[UNK]"}
        """;
    try (var tokenizer = HuggingFaceTokenizer.load(file(padding, "[NONE]"))) {
      assertThat(tokenizer.encode("hello ".repeat(2000))).hasSize(2000);
      assertThat(tokenizer.encode("hello")).hasSize(1);
      assertThat(tokenizer.padIndex()).isEqualTo(1);
    }
  }

  @Test
  void aFileNeedNotHavePadding() throws IOException {
    try (var tokenizer = HuggingFaceTokenizer.load(file("null", "[NONE]"))) {
      assertThatThrownBy(tokenizer::padIndex)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no entry for padding");
    }
  }

  @Test
  void theSizeOfAUnigramModelIsThatOfItsList() throws IOException {
    Path path = folder.resolve("unigram.json");
    Files.writeString(
        path,
        "{\"model\": {\"vocab\": [[\"<s>\", 0.0], [\"<pad>\", -1], [\"a\", -2.5]], \"x\": {}}}");
    assertThat(TokenizerFile.read(path)).isEqualTo(new TokenizerFile(3, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"model\": {\"vocab\": {\"a\": \"b\"}}}",
        "{\"model\": {\"vocab\": [[1, 2]]}}"
      })
  void refusesOtherFiles(String text) throws IOException {
    Path path = folder.resolve("other.json");
    Files.writeString(path, text);
    assertThatThrownBy(() -> HuggingFaceTokenizer.load(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("other.json: expected a tokenizer.json");
  }

  @Test
  void aFileThatTheNativeCodeRefusesIsNamed() throws IOException {
    Path path = folder.resolve("refused.json");
    Files.writeString(
        path, "{\"model\": {\"type\": \"WordLevel\", \"vocab\": {\"a\": -1, \"b\": 2}}}");
    assertThatThrownBy(() -> HuggingFaceTokenizer.load(path))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("refused.json: expected a tokenizer.json");
  }

  @Test
  void aClosedTokenizerSaysSo() throws IOException {
    var tokenizer = HuggingFaceTokenizer.load(file("null", "[PAD]"));
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("hello"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }
}
