package panama.torch.io;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import panama.torch.Device;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.io.SafeTensorsHeader.Entry;

/**
 * The safetensors format: named tensors and nothing that could run. Files go both ways between this
 * class and Python's {@code safetensors.torch}.
 *
 * <p>Layout: the length of the header (8 bytes, little-endian), the header (JSON), the elements.
 */
public final class SafeTensors {
  /** Elements that are copied at once. */
  private static final long CHUNK = 1 << 18;

  private SafeTensors() {}

  /** Saves without metadata. See {@link #save(Path, Map, Map)}. */
  public static void save(Path path, Map<String, Tensor> tensors) throws IOException {
    save(path, tensors, Map.of());
  }

  /**
   * Saves tensors. The file appears whole or not at all: what was there before stays until then.
   *
   * @param metadata free text, kept with the tensors
   * @throws IllegalArgumentException for a tensor of a type that the format does not know
   */
  public static void save(Path path, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<Entry> entries = layOut(tensors);
    ByteBuffer header = SafeTensorsHeader.write(entries, metadata);
    Path target = path.toAbsolutePath();
    // Not createTempFile, whose files only their owner may read.
    Path draft =
        target.resolveSibling(
            String.format(
                Locale.ROOT,
                "%s.%08x.part",
                target.getFileName(),
                ThreadLocalRandom.current().nextInt()));
    try {
      try (FileChannel file =
          FileChannel.open(draft, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        writeFully(
            file,
            ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, header.remaining()));
        writeFully(file, header);
        for (Entry entry : entries) {
          writeElements(file, tensors.get(entry.name()));
        }
        file.force(true);
      }
      Files.move(
          draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Larger elements first, then by name: so everything is aligned, and the order is Python's. */
  private static List<Entry> layOut(Map<String, Tensor> tensors) {
    List<Entry> entries = new ArrayList<>();
    tensors.forEach((name, tensor) -> entries.add(Entry.of(name, tensor)));
    entries.sort(Comparator.comparing(Entry::rank).reversed().thenComparing(Entry::name));
    long offset = 0;
    List<Entry> placed = new ArrayList<>();
    for (Entry entry : entries) {
      placed.add(entry.at(offset));
      offset = placed.getLast().end();
    }
    return placed;
  }

  /** By copies: a view of the elements would hold them until the collector has seen it. */
  private static void writeElements(FileChannel file, Tensor tensor) throws IOException {
    try (TensorScope scope = new TensorScope()) {
      Tensor elements = tensor.detach().to(Device.CPU).flatten();
      long count = elements.numel();
      for (long at = 0; at < count; at += CHUNK) {
        try (Tensor chunk = elements.slice(0, at, Math.min(at + CHUNK, count))) {
          writeFully(file, ByteBuffer.wrap(chunk.toByteArray()));
        }
      }
    }
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  /**
   * Loads all tensors, to the CPU.
   *
   * @return the tensors by name, in the order of the file
   * @throws IOException when the file cannot be read or is no sound safetensors file
   */
  public static Map<String, Tensor> load(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path);
        Arena arena = Arena.ofConfined()) {
      SafeTensorsHeader header = readHeader(path, file);
      MemorySegment elements =
          file.map(
              FileChannel.MapMode.READ_ONLY,
              header.elementsStart(),
              file.size() - header.elementsStart(),
              arena);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Entry entry : header.entries()) {
        tensors.put(
            entry.name(),
            Torch.tensor(
                elements.asSlice(entry.begin(), entry.end() - entry.begin()),
                entry.dtype(),
                entry.sizes()));
      }
      return tensors;
    }
  }

  /**
   * The metadata alone.
   *
   * @throws IOException when the file cannot be read or is no sound safetensors file
   */
  public static Map<String, String> loadMetadata(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      return readHeader(path, file).metadata();
    }
  }

  private static SafeTensorsHeader readHeader(Path path, FileChannel file) throws IOException {
    try {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      readFully(file, length);
      long bytes = length.getLong(0);
      if (bytes < 2 || bytes > Math.min(SafeTensorsHeader.MAX_BYTES, file.size() - Long.BYTES)) {
        throw new IOException("a header of " + bytes + " bytes cannot be");
      }
      ByteBuffer json = ByteBuffer.allocate((int) bytes);
      readFully(file, json);
      return SafeTensorsHeader.read(json.array(), file.size() - Long.BYTES - bytes);
    } catch (IOException e) {
      throw new IOException(path + " is no sound safetensors file: " + e.getMessage(), e);
    }
  }

  private static void readFully(FileChannel file, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (file.read(buffer) < 0) {
        throw new EOFException("it ends too early");
      }
    }
  }
}
