package panama.torch.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import panama.torch.DType;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.internal.Arguments;

/**
 * A dataset of records of one type and shape in a memory-mapped file, for data larger than the
 * memory: the operating system reads the parts that are used. The file has the elements of all
 * records one after the other, in row-major order and native byte order, as NumPy's {@code
 * array.tofile} writes them.
 *
 * <pre>{@code
 * try (var windows = MemoryMappedDataset.open(path, DType.FLOAT32, 100, 6)) {
 *   Tensor window = windows.get(7); // (100, 6)
 * }
 * }</pre>
 */
public final class MemoryMappedDataset implements Dataset<Tensor>, AutoCloseable {
  private final Path file;

  /**
   * Open as long as the mapping. Not a FileChannel, which is closed when a thread is interrupted.
   */
  private final RandomAccessFile content;

  private final Arena arena;
  private final MemorySegment records;
  private final DType dtype;
  private final long[] shape;
  private final long recordBytes;

  private MemoryMappedDataset(
      Path file,
      RandomAccessFile content,
      Arena arena,
      MemorySegment records,
      DType dtype,
      long[] shape,
      long recordBytes) {
    this.file = file;
    this.content = content;
    this.arena = arena;
    this.records = records;
    this.dtype = dtype;
    this.shape = shape;
    this.recordBytes = recordBytes;
  }

  /**
   * Maps a file.
   *
   * @param file the file, which must not be shortened while this dataset is open
   * @param dtype the type of the elements
   * @param shape the shape of a record, each size at least 1; none for single numbers
   * @throws IOException if the file cannot be read or its size is not that of whole records
   * @throws IllegalArgumentException if a size of the shape is below 1
   */
  public static MemoryMappedDataset open(Path file, DType dtype, long... shape) throws IOException {
    long recordBytes = dtype.bytes();
    for (int i = 0; i < shape.length; i++) {
      if (Arguments.positive("shape[" + i + "]", shape[i]) > Long.MAX_VALUE / recordBytes) {
        throw new IllegalArgumentException(
            "shape: expected records of less than 2^63 bytes, got %s of %s"
                .formatted(Arrays.toString(shape), dtype));
      }
      recordBytes *= shape[i];
    }
    Files.readAttributes(file, BasicFileAttributes.class); // or NoSuchFileException
    RandomAccessFile content = new RandomAccessFile(file.toFile(), "r");
    Arena arena = Arena.ofShared();
    boolean interrupted = Thread.interrupted(); // which would close the channel
    try {
      long size = content.length();
      if (size % recordBytes != 0) {
        throw new IOException(
            "%s: expected whole records of %s bytes, %s of %s, got %s bytes"
                .formatted(file, recordBytes, Shape.of(shape), dtype, size));
      }
      MemorySegment records =
          content.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      return new MemoryMappedDataset(
          file, content, arena, records, dtype, shape.clone(), recordBytes);
    } catch (IOException | RuntimeException e) {
      arena.close();
      content.close();
      throw e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public long size() {
    return records.byteSize() / recordBytes;
  }

  /**
   * Returns a copy of a record, of the shape given to {@link #open}.
   *
   * @throws IllegalStateException if this dataset is closed
   */
  @Override
  public Tensor get(long index) {
    return copy(shape, index);
  }

  /**
   * Returns a copy of several records, (N, ...).
   *
   * @throws IllegalStateException if this dataset is closed
   */
  @Override
  public Tensor getStacked(long... indices) {
    long[] sizes = new long[shape.length + 1];
    sizes[0] = indices.length;
    System.arraycopy(shape, 0, sizes, 1, shape.length);
    return copy(sizes, indices);
  }

  /** Copies records in Java, since native code that reads a file that was shortened crashes. */
  private Tensor copy(long[] sizes, long... indices) {
    checkOpen();
    for (long index : indices) {
      ListDataset.checkIndex(index, size());
    }
    try (Arena copy = Arena.ofConfined()) {
      MemorySegment batch =
          copy.allocate(Math.multiplyExact(recordBytes, indices.length), Long.BYTES);
      for (int i = 0; i < indices.length; i++) {
        MemorySegment.copy(records, indices[i] * recordBytes, batch, i * recordBytes, recordBytes);
      }
      return Torch.tensor(batch, dtype, sizes);
    }
  }

  private void checkOpen() {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException(
          "%s: this dataset is closed; close it after the loaders that read it".formatted(file));
    }
    try {
      if (content.length() < records.byteSize()) {
        throw new IllegalStateException(
            "%s: expected %s bytes, as when the file was opened, got %s; it must not be shortened"
                    .formatted(file, records.byteSize(), content.length())
                + " while this dataset is open");
      }
    } catch (IOException e) { // closed by another thread
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Unmaps the file. Tensors of its records remain valid. Closing twice has no effect.
   *
   * @throws IllegalStateException while another thread reads a record
   */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      try {
        content.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns the file, and the number, type and shape of its records. */
  @Override
  public String toString() {
    return "MemoryMappedDataset(%s, %s records, %s%s)"
        .formatted(file, size(), dtype, Arrays.toString(shape));
  }
}
