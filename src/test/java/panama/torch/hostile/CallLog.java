package panama.torch.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A log of the last calls in a file mapped into memory. Each call is written before it is made, so
 * that it can be read after a crash. The file is a ring buffer of lines of the same length.
 */
final class CallLog {
  private static final int LINES = 64;
  private static final int LENGTH = 1024;

  private final MappedByteBuffer ring;
  private int next;

  CallLog(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ring = channel.map(FileChannel.MapMode.READ_WRITE, 0, LINES * LENGTH);
    }
  }

  void write(long number, String call) {
    byte[] line = Arrays.copyOf((number + " " + call).getBytes(UTF_8), LENGTH - 1);
    ring.put(next * LENGTH, line);
    next = (next + 1) % LINES;
  }

  /** Returns the calls in the log of a process that has ended, oldest first. */
  static List<String> read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      String line = new String(bytes, i * LENGTH, LENGTH, UTF_8).replace("\0", "");
      if (!line.isEmpty()) {
        lines.add(line);
      }
    }
    lines.sort((a, b) -> Long.compare(number(a), number(b)));
    return lines;
  }

  private static long number(String line) {
    return Long.parseLong(line.substring(0, line.indexOf(' ')));
  }
}
