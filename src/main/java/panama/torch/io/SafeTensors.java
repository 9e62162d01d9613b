package panama.torch.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import panama.torch.DTypeException;
import panama.torch.NamedTensors;
import panama.torch.Tensor;
import panama.torch.internal.AtomicFile;
import panama.torch.io.SafeTensorsFile.Entry;

/**
 * Saves and loads files in the safetensors format, which holds named tensors and no code. Python's
 * {@code safetensors.torch} reads the files that this class writes, and the reverse.
 *
 * <p>Layout: the length of the header (8 bytes, little-endian), the header (JSON), the elements.
 */
public final class SafeTensors {
  private SafeTensors() {}

  /**
   * Saves tensors without metadata. See {@link #save(Path, Map, Map)}.
   *
   * @param path the file to write
   * @param tensors the tensors by name
   * @throws IOException if the file cannot be written
   */
  public static void save(Path path, Map<String, Tensor> tensors) throws IOException {
    save(path, tensors, Map.of());
  }

  /**
   * Saves tensors, replacing the file atomically: a reader sees the old file or the complete new
   * one. An interrupt does not abort saving; the thread's interrupt status is kept.
   *
   * @param path the file to write
   * @param tensors by name
   * @param metadata any text by key, stored in the header of the file
   * @throws DTypeException for a tensor of an element type that the format does not have
   * @throws NoSuchFileException when the directory does not exist
   */
  public static void save(Path path, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<Entry> entries = layOut(tensors);
    byte[] header = SafeTensorsHeader.write(entries, metadata);
    AtomicFile.replace(
        path,
        file -> {
          file.write(
              ByteBuffer.allocate(Long.BYTES)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putLong(0, header.length)
                  .array());
          file.write(header);
          for (Entry entry : entries) {
            tensors.get(entry.name()).writeTo(file);
          }
        });
  }

  /** Orders tensors by element size, largest first, then by name: aligned, and as Python does. */
  private static List<Entry> layOut(Map<String, Tensor> tensors) {
    List<String> names = new ArrayList<>(tensors.keySet());
    names.sort(
        Comparator.comparing((String name) -> type(name, tensors.get(name)))
            .reversed()
            .thenComparing(Comparator.naturalOrder()));
    long offset = 0;
    List<Entry> entries = new ArrayList<>();
    for (String name : names) {
      Tensor tensor = tensors.get(name);
      long bytes = tensor.numel() * tensor.dtype().bytes();
      entries.add(new Entry(name, type(name, tensor).name(), tensor.shape(), offset, bytes));
      offset += bytes;
    }
    return entries;
  }

  private static SafeTensorsType type(String name, Tensor tensor) {
    if (name.equals(SafeTensorsHeader.METADATA)) {
      throw new IllegalArgumentException("a tensor cannot be named " + name);
    }
    SafeTensorsType type = SafeTensorsType.of(tensor.dtype());
    if (type == null) {
      throw new DTypeException(
          "%s: safetensors files cannot hold %s; convert with .to(...)"
              .formatted(name, tensor.dtype()));
    }
    return type;
  }

  /**
   * Loads all tensors of a file, to the CPU. An interrupt does not abort loading; the thread's
   * interrupt status is kept.
   *
   * @param path a safetensors file
   * @return the tensors by name, in the order of the file
   * @throws IOException when the file cannot be read, is not a valid safetensors file, or has a
   *     tensor of an element type that libtorch does not have; {@link #open} can load the others
   */
  public static Map<String, Tensor> load(Path path) throws IOException {
    try (SafeTensorsFile file = open(path)) {
      Map<String, Tensor> tensors = new NamedTensors();
      for (Entry entry : file.entries().values()) {
        tensors.put(entry.name(), file.load(entry.name()));
      }
      return tensors;
    }
  }

  /**
   * Opens a file to list its tensors and load some of them.
   *
   * @param path a safetensors file
   * @return the open file
   * @throws IOException when the file cannot be read or is not a valid safetensors file
   */
  public static SafeTensorsFile open(Path path) throws IOException {
    return SafeTensorsFile.open(path);
  }

  /**
   * Reads the metadata without loading any tensor.
   *
   * @param path a safetensors file
   * @return the text by key, empty where the file has no metadata
   * @throws IOException when the file cannot be read or is not a valid safetensors file
   */
  public static Map<String, String> loadMetadata(Path path) throws IOException {
    try (SafeTensorsFile file = open(path)) {
      return file.metadata();
    }
  }
}
