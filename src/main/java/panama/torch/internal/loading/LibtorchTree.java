package panama.torch.internal.loading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A libtorch that the user provides: the unpacked archive, the folder {@code torch} of a Python
 * installation, or the {@code lib} folder of either.
 */
final class LibtorchTree {
  private final Path library;

  LibtorchTree(Path path) {
    Path inside = path.resolve("lib");
    library = Files.isDirectory(inside) ? inside : path;
  }

  /**
   * Returns the files to load, in order: those that the shim needs, and then those for CUDA that
   * exist. The OpenMP library has another name in some trees; the dynamic linker finds it there.
   */
  List<Path> files(NativeManifest shim) {
    List<Path> files = new ArrayList<>();
    for (String name : shim.names("libtorch.load")) {
      Path file = library.resolve(name);
      if (Files.exists(file) || !name.contains("omp")) {
        files.add(file);
      }
    }
    String cuda = shim.find("libtorch.load.cuda");
    if (cuda != null) {
      for (String name : cuda.split(",", -1)) {
        Path file = library.resolve(name);
        if (Files.exists(file)) {
          files.add(file);
        }
      }
    }
    return files;
  }

  /** Returns the version and the file that names it; null if no file does. */
  @Nullable Version version() {
    Path root = library.toAbsolutePath().getParent();
    if (root == null) {
      return null;
    }
    // Each kind of tree has one of the first two; the header also exists in a development tree.
    for (String name :
        List.of("build-version", "version.py", "include/torch/headeronly/version.h")) {
      Path file = root.resolve(name);
      if (Files.isRegularFile(file)) {
        try {
          for (String line : Files.readAllLines(file)) {
            String version = number(line);
            if (version != null) {
              return new Version(version, file);
            }
          }
        } catch (IOException e) {
          return null; // checked again when the library is loaded
        }
      }
    }
    return null;
  }

  /**
   * A version of libtorch.
   *
   * @param number such as 2.13.0
   * @param file the file that names it
   */
  record Version(String number, Path file) {}

  /**
   * Returns the version in a line such as {@code 2.13.0+cpu}, {@code __version__ = '2.13.0+cpu'},
   * {@code "2.13.0"}.
   */
  static @Nullable String number(String line) {
    String text = line.strip();
    if (text.startsWith("__version__")) {
      text = text.substring(text.indexOf('=') + 1).strip();
    }
    if (text.startsWith("\"") || text.startsWith("'")) {
      text = text.substring(1);
    }
    int end = 0;
    while (end < text.length()
        && (Character.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
      end++;
    }
    text = text.substring(0, end);
    return text.indexOf('.') > 0 ? text : null;
  }
}
