package panama.torch.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panama.torch.Shape;
import panama.torch.io.SafeTensorsFile.Entry;

/**
 * The JSON header of a safetensors file. {@link #read} validates it: the elements of all tensors
 * are within the file, without gaps or overlaps.
 *
 * @param entries in the order of their elements in the file
 * @param metadata text by key
 * @param start the position of the first element in the file
 */
record SafeTensorsHeader(List<Entry> entries, Map<String, String> metadata, long start) {
  /** The largest header that the format allows. */
  static final long MAX_BYTES = 100_000_000;

  /** The key of the metadata; no tensor can have this name. */
  static final String METADATA = "__metadata__";

  private static final int ALIGNMENT = 8;

  // Names and texts of any length are allowed: the header has been read into memory already.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** Writes a header, padded with spaces so that the elements are aligned. */
  static byte[] write(List<Entry> entries, Map<String, String> metadata) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (Entry entry : entries) {
        json.writeObjectFieldStart(entry.name());
        json.writeStringField("dtype", entry.type());
        json.writeFieldName("shape");
        long[] sizes = entry.shape().toArray();
        json.writeArray(sizes, 0, sizes.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {entry.offset(), entry.offset() + entry.bytes()}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  /**
   * Reads and validates a header.
   *
   * @param elementBytes the number of bytes that follow the header in the file
   * @throws IOException when it is not valid
   */
  static SafeTensorsHeader read(byte[] header, long elementBytes) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(text(header))) {
      expect(json.nextToken() == JsonToken.START_OBJECT, "its header is no JSON object");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = sound(json.currentName());
        json.nextToken();
        if (name.equals(METADATA)) {
          readMetadata(json, metadata);
        } else {
          entries.add(readEntry(json, name));
        }
      }
      expect(json.nextToken() == null, "something follows its header");
    } catch (InputCoercionException e) {
      throw new IOException("a number in its header is too large", e);
    } catch (JsonProcessingException e) {
      throw new IOException("its header is no JSON: " + e.getOriginalMessage(), e);
    }
    entries.sort(Comparator.comparingLong(Entry::offset).thenComparingLong(Entry::bytes));
    long end = 0;
    for (Entry entry : entries) {
      expect(entry.offset() == end, in(entry.name()) + "leaves a gap or overlaps another");
      end += entry.bytes();
    }
    expect(
        end == elementBytes,
        String.format(Locale.ROOT, "its tensors take %d bytes, it holds %d", end, elementBytes));
    return new SafeTensorsHeader(List.copyOf(entries), metadata, Long.BYTES + header.length);
  }

  private static String text(byte[] header) throws IOException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(header)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("its header is no UTF-8", e);
    }
  }

  private static void readMetadata(JsonParser json, Map<String, String> metadata)
      throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    expect(json.currentToken() == JsonToken.START_OBJECT, "its metadata are no object");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = sound(json.currentName());
      expect(json.nextToken() == JsonToken.VALUE_STRING, "its metadata are not all text");
      metadata.put(key, sound(json.getText()));
    }
  }

  private static Entry readEntry(JsonParser json, String name) throws IOException {
    expect(json.currentToken() == JsonToken.START_OBJECT, in(name) + "is no object");
    String type = null;
    long[] sizes = null;
    long[] offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(json.currentToken() == JsonToken.VALUE_STRING, in(name) + "has no name as dtype");
          type = sound(json.getText());
        }
        case "shape" -> sizes = readLongs(json, name);
        case "data_offsets" -> offsets = readLongs(json, name);
        default -> json.skipChildren(); // ignored, as by Python's reader
      }
    }
    if (type == null || sizes == null || offsets == null) {
      throw new IOException(in(name) + "lacks its dtype, shape or data_offsets");
    }
    expect(offsets.length == 2, in(name) + "does not have two data_offsets");
    expect(offsets[0] <= offsets[1], in(name) + "ends before it begins");
    long bytes = offsets[1] - offsets[0];
    SafeTensorsType known = SafeTensorsType.named(type);
    if (known != null) {
      long bits = bits(known, sizes, name);
      expect(
          bits % Byte.SIZE == 0 && bits / Byte.SIZE == bytes,
          in(name) + "has not the bytes of its shape");
    }
    return new Entry(name, type, Shape.of(sizes), offsets[0], bytes);
  }

  private static long bits(SafeTensorsType type, long[] sizes, String name) throws IOException {
    try {
      long numel = 1;
      for (long size : sizes) {
        numel = Math.multiplyExact(numel, size);
      }
      return Math.multiplyExact(numel, type.bits());
    } catch (ArithmeticException e) {
      throw new IOException(in(name) + "is too large", e);
    }
  }

  private static long[] readLongs(JsonParser json, String name) throws IOException {
    expect(json.currentToken() == JsonToken.START_ARRAY, in(name) + "is malformed");
    List<Long> longs = new ArrayList<>();
    while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      expect(!json.getText().startsWith("-"), in(name) + "has a negative number");
      longs.add(json.getLongValue());
    }
    expect(json.currentToken() == JsonToken.END_ARRAY, in(name) + "is malformed");
    return longs.stream().mapToLong(Long::longValue).toArray();
  }

  /** Returns the text if it has no unpaired surrogate, which an escape sequence can produce. */
  private static String sound(String text) throws IOException {
    expect(UTF_8.newEncoder().canEncode(text), "half a surrogate pair is in its header");
    return text;
  }

  private static String in(String name) {
    return "tensor '" + name + "' ";
  }

  private static void expect(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw new IOException(otherwise);
    }
  }
}
