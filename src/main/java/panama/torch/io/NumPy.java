package panama.torch.io;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.NamedTensors;
import panama.torch.NativeOutOfMemoryException;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.TorchException;
import panama.torch.internal.AtomicFile;
import panama.torch.internal.InputFile;

/**
 * Saves and loads NumPy's files: {@code .npy} with one array and {@code .npz} with several.
 *
 * <pre>{@code
 * Tensor series = NumPy.load(Path.of("series.npy"));
 * NumPy.savez(Path.of("states.npz"), Map.of("output", output, "hn", hn));
 * }</pre>
 */
public final class NumPy {
  private static final String EXTENSION = ".npy";
  private static final String FILE = "a file of NumPy";

  private NumPy() {}

  /**
   * Loads the array of a file of {@code numpy.save}, to the CPU. Arrays of all byte orders are
   * read, and those in column-major order, whose tensor is contiguous. Objects of Python are
   * refused.
   *
   * @param path a file {@code .npy}
   * @return the tensor
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read, is damaged, or has elements of a type that
   *     libtorch does not have
   */
  public static Tensor load(Path path) throws IOException {
    long size = InputFile.size(path, FILE);
    // Not a channel's stream, which is closed when its thread is interrupted.
    try (FileInputStream file = new FileInputStream(path.toFile())) {
      return read(file, size);
    } catch (IOException e) {
      throw unsound(path, "file of numpy.save", e);
    }
  }

  /**
   * Saves a tensor as {@code numpy.save} does, replacing the file atomically.
   *
   * @param path the file to write
   * @param tensor of any shape
   * @throws DTypeException for an element type that NumPy does not have, such as BFLOAT16
   * @throws IOException if the file cannot be written
   */
  public static void save(Path path, Tensor tensor) throws IOException {
    checkType("tensor", tensor);
    AtomicFile.replace(path, file -> write(file, tensor));
  }

  /**
   * Loads all arrays of a file of {@code numpy.savez} or {@code numpy.savez_compressed}, to the
   * CPU.
   *
   * @param path a file {@code .npz}
   * @return the tensors by name, in the order of the file
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read or is damaged; see {@link #load}
   */
  public static Map<String, Tensor> loadz(Path path) throws IOException {
    InputFile.size(path, FILE);
    Map<String, Tensor> tensors = new NamedTensors();
    try (ZipFile zip = new ZipFile(path.toFile());
        TensorScope scope = new TensorScope()) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        String name = entry.getName();
        if (!name.endsWith(EXTENSION)) {
          throw new IOException("'" + name + "' in it is no array");
        }
        String key = name.substring(0, name.length() - EXTENSION.length());
        try (InputStream in = zip.getInputStream(entry)) {
          if (tensors.put(key, read(in, entry.getSize())) != null) {
            throw new IOException("it has two arrays '" + key + "'");
          }
        }
      }
      tensors.values().forEach(scope::keep);
      return tensors;
    } catch (IOException | IllegalArgumentException e) {
      throw unsound(path, "file of numpy.savez", e);
    }
  }

  /**
   * Saves tensors as {@code numpy.savez} does, replacing the file atomically.
   *
   * @param path the file to write
   * @param tensors by name
   * @throws DTypeException for an element type that NumPy does not have, such as BFLOAT16
   * @throws IOException if the file cannot be written
   */
  public static void savez(Path path, Map<String, Tensor> tensors) throws IOException {
    tensors.forEach(NumPy::checkType);
    AtomicFile.replace(
        path,
        file -> {
          ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(file));
          zip.setLevel(Deflater.NO_COMPRESSION);
          for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            zip.putNextEntry(new ZipEntry(entry.getKey() + EXTENSION));
            write(zip, entry.getValue());
            zip.closeEntry();
          }
          zip.finish();
          zip.flush();
        });
  }

  private static IOException unsound(Path path, String kind, Exception e) {
    String reason =
        switch (e) {
          case EOFException _ -> "it ends too early";
          case ZipException _ -> "it is no sound archive";
          default -> e.getMessage();
        };
    return new IOException(path + " is no sound " + kind + ": " + reason, e);
  }

  private static void checkType(String name, Tensor tensor) {
    if (NpyHeader.nameOf(tensor.dtype()) == null) {
      throw new DTypeException(
          "%s: NumPy has no type %s; convert with .to(...)".formatted(name, tensor.dtype()));
    }
  }

  private static void write(OutputStream file, Tensor tensor) throws IOException {
    file.write(new NpyHeader(tensor.dtype(), false, false, tensor.shape()).write());
    tensor.writeTo(file);
  }

  /**
   * Reads a header and elements.
   *
   * @param size of both, or of more
   */
  private static Tensor read(InputStream file, long size) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(file));
    NpyHeader header = NpyHeader.read(in);
    long bytes = header.bytes();
    if (bytes > size) {
      throw new IOException(
          "it ends too early: shape %s of %s needs %s bytes, and it has %s with its header"
              .formatted(header.shape(), header.dtype(), bytes, size));
    }
    long[] sizes = header.shape().toArray();
    try (TensorScope scope = new TensorScope()) {
      Tensor elements =
          Torch.empty(
              new long[] {bytes / header.dtype().bytes()}, TensorOptions.of(header.dtype()));
      elements.readFrom_(in);
      if (header.isBigEndian()) {
        elements = withReversedBytes(elements);
      }
      Tensor array =
          header.isColumnMajor() ? columnMajor(elements, sizes) : elements.reshape(sizes);
      return scope.keep(array);
    } catch (NativeOutOfMemoryException e) {
      throw e;
    } catch (ArgumentException | TorchException e) {
      throw new IOException("libtorch refuses its shape " + Shape.of(sizes), e);
    }
  }

  /** Returns numbers with the bytes of each in the reverse order; of both parts, if complex. */
  private static Tensor withReversedBytes(Tensor elements) {
    DType dtype = elements.dtype();
    long word = dtype.bytes() / (dtype.isComplex() ? 2 : 1);
    Tensor bytes = elements.view(DType.UINT8);
    return bytes.reshape(bytes.numel() / word, word).flip(1).flatten().view(dtype);
  }

  /** Returns an array whose elements are given with the first index changing fastest. */
  private static Tensor columnMajor(Tensor elements, long[] sizes) {
    long[] dims = LongStream.range(0, sizes.length).toArray();
    return elements.reshape(reversed(sizes)).permute(reversed(dims)).contiguous();
  }

  private static long[] reversed(long[] values) {
    return IntStream.rangeClosed(1, values.length)
        .mapToLong(i -> values[values.length - i])
        .toArray();
  }
}
