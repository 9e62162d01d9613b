package panama.torch.train.charts;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Writes a chart to a file. */
final class PngFile {
  private PngFile() {}

  /** Draws a chart, and returns the bytes of the file. */
  interface Drawing {
    byte[] png() throws IOException;
  }

  /** Draws a chart and writes it, replacing a file atomically. */
  static void save(Path path, Drawing drawing) throws IOException {
    if (Files.isDirectory(path)) {
      throw new FileSystemException(path.toString(), null, "is a folder; expected a file's name");
    }
    Path target = path.toAbsolutePath();
    Path folder = target.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new FileSystemException(
          path.toString(),
          null,
          "there is no folder " + folder + "; make it with Files.createDirectories");
    }
    byte[] png = draw(drawing);
    Path draft =
        target.resolveSibling(
            String.format(Locale.ROOT, ".%08x.png.part", ThreadLocalRandom.current().nextInt()));
    try {
      Files.write(draft, png);
      Files.move(
          draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static byte[] draw(Drawing drawing) throws IOException {
    boolean interrupted = Thread.interrupted(); // which AWT may clear
    try {
      return drawing.png();
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "charts need XChart; add the dependency org.knowm.xchart:xchart:3.8.8", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
