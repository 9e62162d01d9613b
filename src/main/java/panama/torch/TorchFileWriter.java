package panama.torch;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.AtomicFile;
import panama.torch.internal.pickle.PickleWriter;

/** Writes a file that torch.load reads, with weights_only=True too. See {@link TorchFileReader}. */
final class TorchFileWriter {
  private static final int MOST_LEVELS = 500;

  /** Python maps the elements of a file into memory only if they are aligned. */
  private static final int ALIGNMENT = 64;

  /** The same for all files. For a time before 1980-01-02, Java adds a field to the header. */
  private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  private static final int LOCAL_HEADER = 30;
  private static final int EXTRA_HEADER = 4;

  private final PickleWriter pickle = new PickleWriter();

  /** The tensors by the number of their record. A tensor in two places has one record. */
  private final Map<Tensor, Integer> records = new LinkedHashMap<>();

  /** The collections that the value being written is in. */
  private final IdentityHashMap<Object, Object> open = new IdentityHashMap<>();

  /** The place of the value being written, such as "optimizer.state". */
  private final Deque<String> place = new ArrayDeque<>();

  private TorchFileWriter() {}

  static void save(Path path, @Nullable Object value) throws IOException {
    TorchFileWriter writer = new TorchFileWriter();
    writer.write(value);
    byte[] pickle = writer.pickle.finish();
    AtomicFile.replace(path, out -> writer.writeArchive(out, pickle));
  }

  private void write(@Nullable Object value) {
    switch (value) {
      case null -> pickle.none();
      case Boolean truth -> pickle.truth(truth);
      case Long _, Integer _, Short _, Byte _ -> pickle.integer(((Number) value).longValue());
      case Double _, Float _ -> pickle.real(((Number) value).doubleValue());
      case String text -> pickle.text(text);
      case DType dtype -> pickle.global(StorageType.of(dtype).typeName());
      case Tensor tensor -> tensor(tensor);
      case Map<?, ?> map -> nested(map, () -> dict(map));
      case Collection<?> list -> nested(list, () -> list(list));
      default ->
          throw new IllegalArgumentException(
              "value%s: expected tensors, numbers, strings, and lists and maps of them, got a %s"
                  .formatted(where(), value.getClass().getTypeName()));
    }
  }

  private String where() {
    StringBuilder text = new StringBuilder();
    place.descendingIterator().forEachRemaining(key -> text.append('[').append(key).append(']'));
    return text.toString();
  }

  private void nested(Object collection, Runnable write) {
    if (open.put(collection, collection) != null || open.size() > MOST_LEVELS) {
      throw new IllegalArgumentException(
          "value%s: expected collections that do not contain themselves, in at most %s levels"
              .formatted(where(), MOST_LEVELS));
    }
    write.run();
    open.remove(collection);
  }

  private void dict(Map<?, ?> map) {
    pickle.emptyDict();
    pickle.mark();
    map.forEach(
        (key, value) -> {
          if (!(key instanceof String || key instanceof Long || key instanceof Integer)) {
            throw new IllegalArgumentException(
                "value%s: expected keys that are strings or ints, got %s".formatted(where(), key));
          }
          place.push(key.toString());
          write(key);
          write(value);
          place.pop();
        });
    pickle.setItems();
  }

  private void list(Collection<?> list) {
    pickle.emptyList();
    pickle.mark();
    int index = 0;
    for (Object element : list) {
      place.push(Integer.toString(index++));
      write(element);
      place.pop();
    }
    pickle.appends();
  }

  private void tensor(Tensor tensor) {
    int record = records.computeIfAbsent(tensor, ignored -> records.size());
    StorageType type = StorageType.of(tensor.dtype());
    String storage = type.storageName();
    Shape shape = tensor.shape();
    pickle.global("torch._utils._rebuild_tensor_v" + (storage == null ? 3 : 2));
    pickle.mark();
    storage(storage == null ? StorageType.UNTYPED : storage, record, tensor);
    pickle.integer(0);
    tuple(shape.toArray());
    tuple(rowMajor(shape.toArray()));
    pickle.truth(tensor.requiresGrad());
    pickle.global("collections.OrderedDict");
    pickle.mark();
    pickle.tuple();
    pickle.reduce();
    if (storage == null) {
      pickle.global(type.typeName());
    }
    pickle.tuple();
    pickle.reduce();
  }

  private void storage(String className, int record, Tensor tensor) {
    pickle.mark();
    pickle.text("storage");
    pickle.global(className);
    pickle.text(Integer.toString(record));
    pickle.text("cpu");
    long numel = tensor.numel();
    pickle.integer(className.equals(StorageType.UNTYPED) ? numel * tensor.dtype().bytes() : numel);
    pickle.tuple();
    pickle.persistentId();
  }

  private void tuple(long[] values) {
    pickle.mark();
    for (long value : values) {
      pickle.integer(value);
    }
    pickle.tuple();
  }

  private static long[] rowMajor(long[] sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(1, sizes[i]);
    }
    return strides;
  }

  // The archive

  /** Counts what is written, to align the records. */
  private static final class CountingStream extends FilterOutputStream {
    private long count;

    CountingStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }
  }

  /** Writes the content of a record, once to compute its checksum and once to the archive. */
  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private void writeArchive(OutputStream file, byte[] data) throws IOException {
    CountingStream counted = new CountingStream(new BufferedOutputStream(file));
    ZipOutputStream zip = new ZipOutputStream(counted);
    record(zip, counted, "data.pkl", data.length, out -> out.write(data));
    byte[] byteOrder = "little".getBytes(StandardCharsets.US_ASCII);
    record(zip, counted, "byteorder", byteOrder.length, out -> out.write(byteOrder));
    for (Map.Entry<Tensor, Integer> entry : records.entrySet()) {
      Tensor tensor = entry.getKey();
      long bytes = tensor.numel() * tensor.dtype().bytes();
      record(zip, counted, "data/" + entry.getValue(), bytes, tensor::writeTo);
    }
    byte[] version = "3\n".getBytes(StandardCharsets.US_ASCII);
    record(zip, counted, "version", version.length, out -> out.write(version));
    zip.finish();
    counted.flush();
  }

  private static void record(
      ZipOutputStream zip, CountingStream counted, String name, long size, Content content)
      throws IOException {
    CRC32 checksum = new CRC32();
    content.writeTo(
        new OutputStream() {
          @Override
          public void write(int b) {
            checksum.update(b);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            checksum.update(bytes, offset, length);
          }
        });
    ZipEntry entry = new ZipEntry("archive/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(size);
    entry.setCompressedSize(size);
    entry.setCrc(checksum.getValue());
    entry.setTimeLocal(TIME);
    zip.flush();
    entry.setExtra(padding(counted.count + LOCAL_HEADER + entry.getName().length()));
    zip.putNextEntry(entry);
    content.writeTo(zip);
    zip.closeEntry();
  }

  /** Returns an extra field after which the content is aligned, with torch's identifier "FB". */
  private static byte[] padding(long position) {
    int length = (int) (ALIGNMENT - (position + EXTRA_HEADER) % ALIGNMENT) % ALIGNMENT;
    byte[] extra = new byte[EXTRA_HEADER + length];
    extra[0] = 'F';
    extra[1] = 'B';
    extra[2] = (byte) length;
    return extra;
  }
}
