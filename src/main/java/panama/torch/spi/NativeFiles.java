package panama.torch.spi;

import java.io.IOException;
import java.io.InputStream;

/**
 * The files of one jar with native libraries. Each such jar is a named module with one public
 * implementation, which it provides as a service: so {@code java -p} and {@code jlink
 * --bind-services} find it by themselves, and so does the class path.
 *
 * <p>The file {@code native.properties} tells what the others are, with their checksums.
 */
public interface NativeFiles {
  /**
   * Opens a file of the jar.
   *
   * @throws java.io.FileNotFoundException if the jar has no file of that name
   */
  InputStream open(String name) throws IOException;
}
