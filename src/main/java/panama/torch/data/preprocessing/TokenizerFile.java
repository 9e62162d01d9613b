package panama.torch.data.preprocessing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The properties of a {@code tokenizer.json} file that DJL's library does not return.
 *
 * @param size one more than the largest index
 * @param padIndex the index of the padding; -1 if there is none
 */
record TokenizerFile(int size, int padIndex) {
  private static final JsonFactory JSON = new JsonFactory();

  /** Common names of the padding, for files without a section about padding. */
  private static final List<String> PADDING = List.of("[PAD]", "<pad>");

  static TokenizerFile read(Path path) throws IOException {
    try (JsonParser json = JSON.createParser(Files.readAllBytes(path))) {
      Reader reader = new Reader(json);
      reader.readFile();
      if (reader.largest < 0) {
        throw new IOException(path + ": expected a tokenizer.json with a vocabulary, got none");
      }
      return new TokenizerFile(
          reader.largest + 1, reader.padIndex >= 0 ? reader.padIndex : reader.namedPadding);
    } catch (JsonProcessingException e) {
      throw new IOException(path + ": expected a tokenizer.json: " + e.getMessage(), e);
    }
  }

  /** A reader of the size and the padding, which skips the rest. */
  private static final class Reader {
    private final JsonParser json;
    private int largest = -1;
    private int padIndex = -1;
    private int namedPadding = -1;

    Reader(JsonParser json) {
      this.json = json;
    }

    void readFile() throws IOException {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          JsonToken value = json.nextToken();
          if (name.equals("model") && value == JsonToken.START_OBJECT) {
            readModel();
          } else if (name.equals("added_tokens") && value == JsonToken.START_ARRAY) {
            while (json.nextToken() == JsonToken.START_OBJECT) {
              readAddedToken();
            }
          } else if (name.equals("padding") && value == JsonToken.START_OBJECT) {
            readPadding();
          } else {
            json.skipChildren();
          }
        }
      }
    }

    private void readModel() throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean vocabulary = json.currentName().equals("vocab");
        JsonToken value = json.nextToken();
        if (vocabulary && value == JsonToken.START_OBJECT) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            String entry = json.currentName();
            json.nextToken();
            add(entry, json.getIntValue());
          }
        } else if (vocabulary && value == JsonToken.START_ARRAY) {
          // Unigram models: pairs of an entry and its score, in the order of the indices.
          for (int index = 0; json.nextToken() == JsonToken.START_ARRAY; index++) {
            String entry = json.nextTextValue();
            if (entry == null) {
              throw new JsonParseException(json, "expected the text of entry " + index);
            }
            add(entry, index);
            while (json.nextToken() != JsonToken.END_ARRAY) {
              json.skipChildren();
            }
          }
        } else {
          json.skipChildren();
        }
      }
    }

    private void readAddedToken() throws IOException {
      int index = -1;
      String content = "";
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "id" -> index = json.getIntValue();
          case "content" -> content = json.getText();
          default -> json.skipChildren();
        }
      }
      add(content, index);
    }

    private void readPadding() throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("pad_id")) {
          padIndex = json.getIntValue();
        } else {
          json.skipChildren();
        }
      }
    }

    private void add(String entry, int index) {
      largest = Math.max(largest, index);
      if (PADDING.contains(entry)) {
        namedPadding = index;
      }
    }
  }
}
