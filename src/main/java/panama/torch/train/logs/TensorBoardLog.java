package panama.torch.train.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import panama.torch.train.Callback;
import panama.torch.train.EpochResult;

/**
 * A log of scalars in an event file of TensorBoard, as of PyTorch's {@code SummaryWriter}. Each
 * scalar is flushed.
 *
 * <pre>{@code
 * try (var log = new TensorBoardLog(Path.of("runs/run1"))) {
 *   for (int epoch = 1; epoch <= 10; epoch++) {
 *     log.addScalar("loss/train", trainEpoch(), epoch);
 *   }
 * }
 * }</pre>
 *
 * <p>{@code tensorboard --logdir runs} shows the curves of all folders below {@code runs}.
 *
 * <p>The file is a sequence of TFRecords with protocol buffers {@code tensorflow.Event}. Another
 * log for the same folder writes a further file, which TensorBoard shows as the continuation of the
 * first.
 *
 * <p>As a {@link Callback} of a {@link panama.torch.train.Trainer} it appends all values of each
 * {@link EpochResult}, with their names as tags.
 */
public final class TensorBoardLog implements Callback, AutoCloseable {
  private static final AtomicInteger FILES = new AtomicInteger();

  /** Enough for a tag of 1000 characters, each of at most 3 bytes. */
  private static final int MOST_BYTES = 4096;

  private final Path path;
  private final FileOutputStream out;
  private boolean closed;

  /**
   * Creates an event file.
   *
   * @param folder the folder of the run, which is created if it does not exist
   * @throws IOException if the file cannot be created
   */
  public TensorBoardLog(Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new FileSystemException(folder.toString(), null, "expected a folder, got a file");
    }
    Files.createDirectories(folder);
    // TensorBoard reads files with tfevents in their name, in the order of their names.
    path =
        folder.resolve(
            String.format(
                Locale.ROOT,
                "events.out.tfevents.%010d.panama-torch.%d.%d",
                System.currentTimeMillis() / 1000,
                ProcessHandle.current().pid(),
                FILES.getAndIncrement()));
    out = new FileOutputStream(path.toFile());
    try {
      write(event().put((byte) 0x1a).put(text("brain.Event:2"))); // file_version, field 3
    } catch (IOException | RuntimeException e) {
      out.close();
      throw e;
    }
  }

  /** Returns the event file. */
  public Path path() {
    return path;
  }

  /**
   * Appends a scalar.
   *
   * @param tag the name of the curve; tags with the same part before a slash are shown together,
   *     such as {@code loss/train} and {@code loss/validation}
   * @param value the value, stored as a float
   * @param step the number of the step or epoch
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the tag is empty or longer than 1000 characters
   * @throws IllegalStateException if the log is closed
   */
  public void addScalar(String tag, double value, long step) throws IOException {
    if (tag.isEmpty() || tag.length() > 1000) {
      throw new IllegalArgumentException("tag: expected 1 to 1000 characters, got " + tag.length());
    }
    if (closed) {
      throw new IllegalStateException(path + " is closed; create another log");
    }
    // Summary.Value: tag, field 1; simple_value, field 2
    byte[] name = text(tag);
    ByteBuffer entry = buffer().put((byte) 0x0a).put(name).put((byte) 0x15).putFloat((float) value);
    // Summary: value, field 1
    ByteBuffer summary = buffer().put((byte) 0x0a).put(delimited(bytes(entry)));
    // Event: step, field 2; summary, field 5
    ByteBuffer event = event().put((byte) 0x10);
    putVarint(event, step);
    write(event.put((byte) 0x2a).put(delimited(bytes(summary))));
  }

  /**
   * Appends the values of an epoch.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  @Override
  public void epochEnds(EpochResult result) {
    try {
      for (Map.Entry<String, Double> value : result.values().entrySet()) {
        addScalar(value.getKey(), value.getValue(), result.epoch());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns an event with the time, field 1, in seconds since 1970. */
  private static ByteBuffer event() {
    return buffer().put((byte) 0x09).putDouble(System.currentTimeMillis() / 1000.0);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.flip().remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] text(String text) {
    return delimited(text.getBytes(UTF_8));
  }

  /** Puts the length before the bytes. */
  private static byte[] delimited(byte[] content) {
    ByteBuffer buffer = buffer();
    putVarint(buffer, content.length);
    return bytes(buffer.put(content));
  }

  /** Puts groups of 7 bits, the lowest first; all but the last have the eighth bit set. */
  private static void putVarint(ByteBuffer buffer, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buffer.put((byte) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    buffer.put((byte) rest);
  }

  /** Writes a TFRecord: length, its checksum, the content, its checksum. */
  private void write(ByteBuffer event) throws IOException {
    byte[] content = bytes(event);
    byte[] length = bytes(buffer().putLong(content.length));
    out.write(
        bytes(
            buffer()
                .put(length)
                .putInt(maskedChecksum(length))
                .put(content)
                .putInt(maskedChecksum(content))));
  }

  private static int maskedChecksum(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  /** Closes the file. Closing twice has no effect. */
  @Override
  public void close() throws IOException {
    closed = true;
    out.close();
  }
}
