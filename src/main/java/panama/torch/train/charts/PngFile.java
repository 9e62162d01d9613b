package panama.torch.train.charts;

import java.io.IOException;
import java.nio.file.Path;
import panama.torch.internal.AtomicFile;

/** A PNG file to which a chart is written. */
final class PngFile {
  private PngFile() {}

  /** A function that draws a chart and returns the bytes of the file. */
  interface Drawing {
    byte[] png() throws IOException;
  }

  /** Draws a chart and writes it, replacing a file atomically. */
  static void save(Path path, Drawing drawing) throws IOException {
    AtomicFile.replace(path, out -> out.write(draw(drawing)));
  }

  private static byte[] draw(Drawing drawing) throws IOException {
    boolean interrupted = Thread.interrupted(); // which AWT may clear
    try {
      return drawing.png();
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "charts need XChart; add the dependency org.knowm.xchart:xchart:3.8.8; on the module path"
              + " also add 'requires org.knowm.xchart'",
          e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
