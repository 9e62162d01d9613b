package panama.torch.spi;

import java.io.IOException;
import java.io.InputStream;

/**
 * Provides the files of one jar with native libraries. Each such jar is a named module with one
 * public implementation that is registered as a service, so that {@link java.util.ServiceLoader}
 * finds it on the class path, on the module path and in images made with {@code jlink
 * --bind-services}.
 *
 * <p>The file {@code native.properties} lists the other files with their checksums.
 */
public interface NativeFiles {
  /**
   * Opens a file of the jar.
   *
   * @param name the name of the file, without a folder
   * @return its content, to be closed by the caller
   * @throws java.io.FileNotFoundException if the jar has no file of this name
   * @throws IOException if the file cannot be opened
   */
  InputStream open(String name) throws IOException;
}
