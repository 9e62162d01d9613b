package panama.torch.io;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Shape;

/**
 * The header of a file of {@code numpy.save}: a dict in Python's notation, as NumPy's documentation
 * of its module {@code numpy.lib.format} describes it.
 *
 * @param dtype the type of the elements
 * @param isBigEndian whether the bytes of each number are in the reverse order
 * @param isColumnMajor whether the first index changes fastest
 * @param shape the shape of the array
 */
record NpyHeader(DType dtype, boolean isBigEndian, boolean isColumnMajor, Shape shape) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** The start of the elements is a multiple of this. */
  private static final int ALIGNMENT = 64;

  private static final int MOST_BYTES = 1 << 16;
  private static final int MOST_DIMS = 64;

  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z]\\d*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(((?:\\s*\\d{1,19}\\s*,)*(?:\\s*\\d{1,19})?\\s*)\\)");

  private static final Map<String, DType> TYPES =
      Map.ofEntries(
          Map.entry("b1", DType.BOOL),
          Map.entry("i1", DType.INT8),
          Map.entry("i2", DType.INT16),
          Map.entry("i4", DType.INT32),
          Map.entry("i8", DType.INT64),
          Map.entry("u1", DType.UINT8),
          Map.entry("u2", DType.UINT16),
          Map.entry("u4", DType.UINT32),
          Map.entry("u8", DType.UINT64),
          Map.entry("f2", DType.FLOAT16),
          Map.entry("f4", DType.FLOAT32),
          Map.entry("f8", DType.FLOAT64),
          Map.entry("c8", DType.COMPLEX64),
          Map.entry("c16", DType.COMPLEX128));

  /** Returns NumPy's name of a type; null if it has none. */
  static @Nullable String nameOf(DType dtype) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == dtype)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /** Reads a header, after which the elements follow. */
  static NpyHeader read(DataInputStream in) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new IOException("it does not begin as files of numpy.save do");
    }
    try {
      int version = in.readUnsignedByte();
      in.readUnsignedByte(); // the minor version, which changes nothing
      if (version < 1 || version > 3) {
        throw new IOException("its version is " + version + ", expected 1 to 3");
      }
      long length =
          version == 1
              ? Short.toUnsignedLong(Short.reverseBytes(in.readShort()))
              : Integer.toUnsignedLong(Integer.reverseBytes(in.readInt()));
      if (length > MOST_BYTES) {
        throw new IOException("a header of " + length + " bytes cannot be");
      }
      byte[] text = new byte[(int) length];
      in.readFully(text);
      return parse(new String(text, StandardCharsets.UTF_8));
    } catch (EOFException e) {
      throw new IOException("it ends too early", e);
    }
  }

  private static NpyHeader parse(String text) throws IOException {
    Matcher descr = DESCR.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!descr.find()) {
      throw new IOException("its header has no type of elements that is a number: " + text.strip());
    }
    if (!order.find() || !shape.find()) {
      throw new IOException("its header has no order or no shape: " + text.strip());
    }
    String rest =
        text.replace(descr.group(), "").replace(order.group(), "").replace(shape.group(), "");
    if (!rest.matches("\\s*\\{[\\s,]*}\\s*")) {
      throw new IOException("its header has something else than an array's: " + text.strip());
    }
    DType dtype = TYPES.get(descr.group(2));
    if (dtype == null) {
      throw new IOException(
          descr.group(2).startsWith("O")
              ? "its elements are objects of Python, which are not read"
              : "its elements are of NumPy's type '%s', which libtorch does not have"
                  .formatted(descr.group(2)));
    }
    return new NpyHeader(
        dtype,
        descr.group(1).equals(">") && dtype.bytes() > 1,
        order.group(1).equals("True"),
        shape(shape.group(1)));
  }

  private static Shape shape(String text) throws IOException {
    try {
      long[] sizes =
          Arrays.stream(text.split(",", -1))
              .map(String::strip)
              .filter(size -> !size.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      if (sizes.length <= MOST_DIMS) {
        return Shape.of(sizes);
      }
      throw new IOException("its array has " + sizes.length + " dimensions");
    } catch (NumberFormatException e) {
      throw new IOException("its header has the shape (" + text + ")", e);
    }
  }

  /**
   * Returns the size of the elements.
   *
   * @throws IOException if it is no number
   */
  long bytes() throws IOException {
    long bytes = dtype.bytes();
    boolean isEmpty = Arrays.stream(shape.toArray()).anyMatch(size -> size == 0);
    try {
      for (long size : shape.toArray()) {
        bytes = Math.multiplyExact(bytes, isEmpty ? Math.min(size, 1) : size);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw new IOException("its header has the shape " + shape, e);
    }
  }

  /** Returns the header as NumPy writes it, filled up with spaces. */
  byte[] write() {
    String sizes =
        Arrays.stream(shape.toArray()).mapToObj(Long::toString).collect(Collectors.joining(", "));
    String dict =
        String.format(
            Locale.ROOT,
            "{'descr': '%s%s', 'fortran_order': False, 'shape': (%s%s), }",
            dtype.bytes() == 1 ? "|" : "<",
            nameOf(dtype),
            sizes,
            shape.dim() == 1 ? "," : "");
    int prefix = MAGIC.length + 2 + Short.BYTES;
    int all = (prefix + dict.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    String padded = dict + " ".repeat(all - prefix - dict.length() - 1) + "\n";
    return ByteBuffer.allocate(all)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) (all - prefix))
        .put(padded.getBytes(StandardCharsets.US_ASCII))
        .array();
  }
}
