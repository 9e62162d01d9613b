package panama.torch.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The resident memory of this process, as reported by the kernel. */
final class Resident {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String FIELD = "VmRSS:";

  private Resident() {}

  /** Returns whether the operating system reports it. */
  static boolean isKnown() {
    return Files.isReadable(STATUS);
  }

  static long bytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(FIELD)) {
          return 1024 * Long.parseLong(line.substring(FIELD.length()).replace("kB", "").strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException(STATUS + " has no " + FIELD);
  }
}
