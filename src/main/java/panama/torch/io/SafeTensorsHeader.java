package panama.torch.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.Shape;
import panama.torch.Tensor;

/**
 * The JSON header of a safetensors file, checked as a whole: a header that has been read describes
 * elements that are all there, without gap or overlap.
 *
 * @param elementsStart where the elements begin in the file
 */
record SafeTensorsHeader(List<Entry> entries, Map<String, String> metadata, long elementsStart) {
  /** The format's own limit. */
  static final long MAX_BYTES = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The format's names, in its own order. */
  private static final List<Map.Entry<DType, String>> TYPES =
      List.of(
          Map.entry(DType.BOOL, "BOOL"),
          Map.entry(DType.UINT8, "U8"),
          Map.entry(DType.INT8, "I8"),
          Map.entry(DType.INT16, "I16"),
          Map.entry(DType.FLOAT16, "F16"),
          Map.entry(DType.BFLOAT16, "BF16"),
          Map.entry(DType.INT32, "I32"),
          Map.entry(DType.FLOAT32, "F32"),
          Map.entry(DType.COMPLEX64, "C64"),
          Map.entry(DType.FLOAT64, "F64"),
          Map.entry(DType.INT64, "I64"));

  /**
   * One tensor.
   *
   * @param rank its type's place in the format's order
   * @param begin its first byte, from {@link #elementsStart}
   * @param end behind its last byte
   */
  record Entry(String name, int rank, long[] sizes, long begin, long end) {
    static Entry of(String name, Tensor tensor) {
      if (name.equals(METADATA)) {
        throw new IllegalArgumentException("a tensor cannot be named " + METADATA);
      }
      DType dtype = tensor.dtype();
      for (int rank = 0; rank < TYPES.size(); rank++) {
        if (TYPES.get(rank).getKey() == dtype) {
          Shape shape = tensor.shape();
          return new Entry(name, rank, shape.toArray(), 0, shape.numel() * dtype.bytes());
        }
      }
      throw new DTypeException(
          "%s: safetensors files cannot hold %s; convert with .to(...)".formatted(name, dtype));
    }

    DType dtype() {
      return TYPES.get(rank).getKey();
    }

    Entry at(long offset) {
      return new Entry(name, rank, sizes, offset, offset + end - begin);
    }
  }

  /** The header, padded with spaces so that the elements are aligned. */
  static ByteBuffer write(List<Entry> entries, Map<String, String> metadata) throws IOException {
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
        json.writeObjectFieldStart(entry.name);
        json.writeStringField("dtype", TYPES.get(entry.rank).getValue());
        json.writeFieldName("shape");
        json.writeArray(entry.sizes, 0, entry.sizes.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {entry.begin, entry.end}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /**
   * Reads and checks a header.
   *
   * @param elementBytes what the file holds behind it
   */
  static SafeTensorsHeader read(byte[] header, long elementBytes) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(new String(header, UTF_8))) {
      expect(json.nextToken() == JsonToken.START_OBJECT, "its header is no JSON object");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        expect(json.nextToken() == JsonToken.START_OBJECT, "entry '" + name + "' is no object");
        if (name.equals(METADATA)) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            expect(json.nextToken() == JsonToken.VALUE_STRING, "its metadata are not all text");
            metadata.put(key, json.getText());
          }
        } else {
          entries.add(readEntry(json, name));
        }
      }
      expect(json.nextToken() == null, "something follows its header");
    } catch (JsonProcessingException e) {
      throw new IOException("its header is no JSON: " + e.getOriginalMessage(), e);
    }
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long end = 0;
    for (Entry entry : entries) {
      expect(entry.begin == end, "tensor '" + entry.name + "' leaves a gap or overlaps another");
      end = entry.end;
    }
    expect(
        end == elementBytes,
        String.format(Locale.ROOT, "its tensors take %d bytes, it holds %d", end, elementBytes));
    return new SafeTensorsHeader(entries, metadata, Long.BYTES + header.length);
  }

  private static Entry readEntry(JsonParser json, String name) throws IOException {
    int rank = -1;
    long[] sizes = null;
    long[] offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> rank = rank(json.getText(), name);
        case "shape" -> sizes = readLongs(json, name);
        case "data_offsets" -> offsets = readLongs(json, name);
        default -> throw new IOException("tensor '%s' has a field '%s'".formatted(name, field));
      }
    }
    if (rank < 0 || sizes == null || offsets == null || offsets.length != 2) {
      throw new IOException("tensor '" + name + "' lacks its dtype, shape or data_offsets");
    }
    long bytes = TYPES.get(rank).getKey().bytes();
    try {
      for (long size : sizes) {
        bytes = Math.multiplyExact(bytes, size);
      }
      expect(
          Math.subtractExact(offsets[1], offsets[0]) == bytes,
          "tensor '" + name + "' does not have the bytes of its shape");
    } catch (ArithmeticException e) {
      throw new IOException("tensor '" + name + "' is too large", e);
    }
    return new Entry(name, rank, sizes, offsets[0], offsets[1]);
  }

  private static int rank(String type, String name) throws IOException {
    for (int rank = 0; rank < TYPES.size(); rank++) {
      if (TYPES.get(rank).getValue().equals(type)) {
        return rank;
      }
    }
    throw new IOException("tensor '%s' is of type %s, unknown here".formatted(name, type));
  }

  private static long[] readLongs(JsonParser json, String name) throws IOException {
    expect(json.currentToken() == JsonToken.START_ARRAY, "tensor '" + name + "' is malformed");
    List<Long> longs = new ArrayList<>();
    while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      longs.add(json.getLongValue());
      expect(longs.getLast() >= 0, "tensor '" + name + "' has a negative number");
    }
    expect(json.currentToken() == JsonToken.END_ARRAY, "tensor '" + name + "' is malformed");
    return longs.stream().mapToLong(Long::longValue).toArray();
  }

  private static void expect(boolean condition, String otherwise) throws IOException {
    if (!condition) {
      throw new IOException(otherwise);
    }
  }
}
