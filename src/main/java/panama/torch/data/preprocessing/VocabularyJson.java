package panama.torch.data.preprocessing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import panama.torch.data.preprocessing.Vocabulary.Unit;
import panama.torch.internal.AtomicFile;

/**
 * The JSON text of a vocabulary: {@code {"unit": "words", "lowerCase": true, "entries": ["<pad>",
 * "<unk>", "to", "be"]}}.
 */
final class VocabularyJson {
  /** The key in the metadata of safetensors files, unless another is given. */
  static final String KEY = "vocabulary";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private VocabularyJson() {}

  static String write(Vocabulary vocabulary) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("unit", vocabulary.unit().name().toLowerCase(Locale.ROOT));
      json.writeBooleanField("lowerCase", vocabulary.lowerCase());
      json.writeArrayFieldStart("entries");
      for (String entry : vocabulary.entries()) {
        json.writeString(entry);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter has no such errors
    }
    return text.toString();
  }

  static void save(Vocabulary vocabulary, Path path) throws IOException {
    try {
      AtomicFile.replace(path, out -> out.write(write(vocabulary).getBytes(UTF_8)));
    } catch (IOException e) {
      throw new IOException(path + ": the vocabulary cannot be saved: " + e.getMessage(), e);
    }
  }

  static Vocabulary load(Path path) throws IOException {
    try {
      return read(JSON.createParser(Files.readAllBytes(path)));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IOException(path + ": expected a vocabulary: " + e.getMessage(), e);
    }
  }

  static Vocabulary fromMetadata(Map<String, String> metadata, String key) {
    String text = metadata.get(key);
    if (text == null) {
      throw new IllegalArgumentException(
          "metadata: expected the key '%s', got %s".formatted(key, metadata.keySet()));
    }
    try {
      return read(JSON.createParser(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "metadata: '%s': expected a vocabulary: %s".formatted(key, e.getMessage()), e);
    }
  }

  private static Vocabulary read(JsonParser json) throws IOException {
    try (json) {
      Unit unit = null;
      Boolean lowerCase = null;
      List<String> entries = null;
      expect(json.nextToken(), JsonToken.START_OBJECT, "the vocabulary");
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        switch (name) {
          case "unit" -> unit = unit(json.nextTextValue());
          case "lowerCase" -> lowerCase = json.nextBooleanValue();
          case "entries" -> entries = entries(json);
          default -> throw new IllegalArgumentException("unexpected name '" + name + "'");
        }
      }
      expect(json.currentToken(), JsonToken.END_OBJECT, "the end of the vocabulary");
      if (json.nextToken() != null || unit == null || lowerCase == null || entries == null) {
        throw new IllegalArgumentException(
            "expected only a unit, a boolean lowerCase, and entries");
      }
      return new Vocabulary(unit, lowerCase, entries);
    }
  }

  private static Unit unit(@Nullable String name) {
    for (Unit unit : Unit.values()) {
      if (unit.name().toLowerCase(Locale.ROOT).equals(name)) {
        return unit;
      }
    }
    throw new IllegalArgumentException("unit: expected characters or words, got " + name);
  }

  private static List<String> entries(JsonParser json) throws IOException {
    expect(json.nextToken(), JsonToken.START_ARRAY, "entries");
    List<String> entries = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.VALUE_STRING, "entry " + entries.size());
      entries.add(json.getText());
    }
    return entries;
  }

  private static void expect(@Nullable JsonToken actual, JsonToken expected, String what) {
    if (actual != expected) {
      throw new IllegalArgumentException(
          "%s: expected %s, got %s".formatted(what, expected, actual));
    }
  }
}
