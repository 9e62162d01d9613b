package panama.torch.internal.loading;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import panama.torch.spi.NativeFiles;

/**
 * The file {@code native.properties}: the names of the libraries, and the order in which they are
 * loaded. The build writes it beside the shim, and into each native jar, there with sizes and
 * checksums.
 *
 * @param place where it was read, for error messages
 */
record NativeManifest(String place, Properties entries) {
  static final String NAME = "native.properties";

  /** Reads a manifest from a file. */
  static NativeManifest read(Path file) {
    try (Reader reader = Files.newBufferedReader(file)) {
      return read(file.toString(), reader);
    } catch (IOException | IllegalArgumentException e) {
      throw NativeLibrary.failure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the manifest of a native jar.
   *
   * @param place the jar, for error messages
   */
  static NativeManifest read(String place, NativeFiles files) {
    try (Reader reader = new InputStreamReader(files.open(NAME), StandardCharsets.UTF_8)) {
      return read(place, reader);
    } catch (IOException | IllegalArgumentException e) {
      throw NativeLibrary.failure(
          "cannot read " + NAME + " in " + place + ": " + e.getMessage(), e);
    }
  }

  private static NativeManifest read(String place, Reader reader) throws IOException {
    Properties entries = new Properties();
    entries.load(reader);
    return new NativeManifest(place, entries);
  }

  /** Returns the value of an entry; null if it is missing or blank. */
  @Nullable String find(String key) {
    String value = entries.getProperty(key);
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** Returns the value of an entry, which must exist. */
  String get(String key) {
    String value = find(key);
    if (value == null) {
      throw NativeLibrary.failure(
          place + " has no entry " + key + ": build anew with mvn clean compile", null);
    }
    return value;
  }

  /** Returns the names that an entry lists, which must exist. */
  List<String> names(String key) {
    return List.of(get(key).split(",", -1));
  }

  /** Returns whether it lists the shim; the manifest of a jar with libtorch does not. */
  boolean hasShim() {
    return find("shim") != null;
  }
}
