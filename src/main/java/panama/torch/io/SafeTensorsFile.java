package panama.torch.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.NativeOutOfMemoryException;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.Torch;
import panama.torch.TorchException;
import panama.torch.internal.InputFile;

/**
 * An open safetensors file, which lists its tensors and loads them one at a time, as {@code
 * safe_open} does in Python.
 *
 * <pre>{@code
 * try (SafeTensorsFile file = SafeTensors.open(path)) {
 *   file.entries().values().forEach(System.out::println);
 *   Tensor weight = file.load("encoder.weight");
 * }
 * }</pre>
 *
 * <p>Opening reads the header only. Several threads may load from one file. An interrupt does not
 * abort loading; the thread's interrupt status is kept.
 */
public final class SafeTensorsFile implements AutoCloseable {
  /**
   * The description of a tensor in a file.
   *
   * @param name its name
   * @param type its element type under the name that the format gives it, such as {@code F32},
   *     {@code BF16} or {@code F8_E4M3}
   * @param shape its shape
   * @param offset the position of its first byte, counted from the end of the header
   * @param bytes the size of its elements in the file, in bytes
   */
  public record Entry(String name, String type, Shape shape, long offset, long bytes) {
    /**
     * Returns whether {@link SafeTensorsFile#load} can load the tensor. It cannot where libtorch
     * has no such element type, as for {@code F4} and {@code F6_E2M3}, or where this version does
     * not know the type's name.
     */
    public boolean isLoadable() {
      SafeTensorsType known = SafeTensorsType.named(type);
      return known != null && known.dtype() != null;
    }
  }

  private final Path path;

  // Not a FileChannel, which is closed when its thread is interrupted; and not a mapping, which
  // crashes when the file shrinks.
  private final RandomAccessFile file;

  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;
  private final long start;

  private SafeTensorsFile(Path path, RandomAccessFile file, SafeTensorsHeader header) {
    this.path = path;
    this.file = file;
    this.metadata = Collections.unmodifiableMap(header.metadata());
    this.start = header.start();
    Map<String, Entry> byName = new LinkedHashMap<>();
    header.entries().forEach(entry -> byName.put(entry.name(), entry));
    this.entries = Collections.unmodifiableMap(byName);
  }

  static SafeTensorsFile open(Path path) throws IOException {
    InputFile.size(path, "a safetensors file");
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    try {
      return new SafeTensorsFile(path, file, readHeader(path, file));
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private static SafeTensorsHeader readHeader(Path path, RandomAccessFile file) throws IOException {
    try {
      long size = file.length();
      byte[] length = new byte[Long.BYTES];
      file.readFully(length);
      long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
      // Unsigned in the file: a negative long is a length that is far too large.
      if (bytes < 0 || bytes > Math.min(SafeTensorsHeader.MAX_BYTES, size - Long.BYTES)) {
        throw new IOException("a header of " + Long.toUnsignedString(bytes) + " bytes cannot be");
      }
      byte[] json = new byte[(int) bytes];
      file.readFully(json);
      return SafeTensorsHeader.read(json, size - Long.BYTES - bytes);
    } catch (IOException e) {
      String reason = e instanceof EOFException ? "it ends too early" : e.getMessage();
      String foreign = ForeignFormat.describe(path, file);
      throw new IOException(
          foreign == null ? path + " is no sound safetensors file: " + reason : foreign, e);
    }
  }

  /** Returns the descriptions of all tensors by name, in the order of the file. */
  public Map<String, Entry> entries() {
    return entries;
  }

  /** Returns the text that was saved with the tensors, by key. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Loads one tensor, to the CPU.
   *
   * @param name the name of the tensor
   * @return the tensor, on the CPU
   * @throws IllegalArgumentException when the file has no tensor of this name
   * @throws IOException when it cannot be read, for example after {@link #close}, or when {@link
   *     Entry#isLoadable} is false
   */
  public Tensor load(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "name: expected one of %s, got '%s', which is not in %s"
              .formatted(some(entries), name, path));
    }
    SafeTensorsType type = SafeTensorsType.named(entry.type());
    DType dtype = type == null ? null : type.dtype();
    if (dtype == null) {
      throw new IOException(
          ("tensor '%s' in %s is of type %s, which libtorch does not have; load the others one by"
                  + " one with SafeTensors.open(path).load(name)")
              .formatted(name, path, entry.type()));
    }
    Tensor tensor = empty(entry, dtype);
    try {
      return tensor.readFrom_(elementsOf(entry));
    } catch (Throwable e) {
      tensor.close();
      throw e;
    }
  }

  private Tensor empty(Entry entry, DType dtype) throws IOException {
    TensorOptions options = TensorOptions.of(dtype);
    long[] sizes = entry.shape().toArray();
    if (entry.bytes() > 0) {
      return Torch.empty(sizes, options);
    }
    // With a size of 0, the other sizes may be any number.
    try (Tensor nothing = Torch.empty(new long[] {0}, options)) {
      return nothing.reshape(sizes);
    } catch (NativeOutOfMemoryException e) {
      throw e;
    } catch (ArgumentException | TorchException e) {
      throw new IOException(
          "tensor '%s' in %s is of shape %s, which libtorch refuses: %s"
              .formatted(entry.name(), path, entry.shape(), e.getMessage()),
          e);
    }
  }

  /** Returns a stream of the elements, and of what follows them in the file. */
  private InputStream elementsOf(Entry entry) {
    return new InputStream() {
      private long position = start + entry.offset();

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        readAt(position, to, offset, length);
        position += length;
        return length;
      }

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        read(one, 0, 1);
        return Byte.toUnsignedInt(one[0]);
      }
    };
  }

  private void readAt(long position, byte[] target, int offset, int length) throws IOException {
    synchronized (file) {
      file.seek(position);
      try {
        file.readFully(target, offset, length);
      } catch (EOFException e) {
        throw new IOException(path + " has become shorter since it was opened", e);
      }
    }
  }

  private static String some(Map<String, Entry> entries) {
    long shown = 10;
    String names = String.join(", ", entries.keySet().stream().limit(shown).toList());
    return entries.size() <= shown
        ? "[" + names + "]"
        : String.format(Locale.ROOT, "[%s, and %d more]", names, entries.size() - shown);
  }

  /** Closes the file. Tensors that were loaded from it stay valid. */
  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Returns the path of the file and the number of its tensors. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "SafeTensorsFile(%s, %d tensors)", path, entries.size());
  }
}
