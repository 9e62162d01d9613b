package panama.torch.internal.loading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A libtorch that the user has: the unpacked archive, the folder {@code torch} of a Python
 * installation, or the {@code lib} folder of either.
 */
final class LibtorchTree {
  private final Path library;

  LibtorchTree(Path path) {
    Path inside = path.resolve("lib");
    library = Files.isDirectory(inside) ? inside : path;
  }

  /**
   * The files to load, in order: those that the shim needs, and after them those for CUDA which are
   * there. The OpenMP library goes by other names in some trees, where libtorch finds it by itself.
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

  /** Where the version of the tree stands, and that version; null where nothing tells. */
  @Nullable Version version() {
    Path root = library.toAbsolutePath().getParent();
    if (root == null) {
      return null;
    }
    // In this order: each kind of tree has one or the other, the last also a development one.
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
          return null; // the library itself tells, once it is loaded
        }
      }
    }
    return null;
  }

  /**
   * A version of libtorch.
   *
   * @param number such as 2.13.0
   * @param file where it stands
   */
  record Version(String number, Path file) {}

  /** The version in {@code 2.13.0+cpu}, {@code __version__ = '2.13.0+cpu'}, {@code "2.13.0"}. */
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
