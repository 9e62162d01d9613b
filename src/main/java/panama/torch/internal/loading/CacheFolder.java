package panama.torch.internal.loading;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Determines the folder in which native jars are unpacked. */
final class CacheFolder {
  static final String PROPERTY = "panama.torch.cache";

  private CacheFolder() {}

  /** Returns the folder of the system property; null if it is not set. */
  static @Nullable Path chosen() {
    String property = System.getProperty(PROPERTY);
    return property == null || property.isBlank() ? null : Path.of(property).toAbsolutePath();
  }

  /** Returns the folder below the platform's folder for the caches of a user. */
  static Path usual() {
    Path home = Path.of(System.getProperty("user.home"));
    String variable = null;
    Path otherwise = home.resolve(".cache");
    if (Platform.NAME.startsWith("windows")) {
      variable = System.getenv("LOCALAPPDATA");
      otherwise = home.resolve("AppData").resolve("Local");
    } else if (Platform.NAME.startsWith("macos")) {
      otherwise = home.resolve("Library").resolve("Caches");
    } else {
      variable = System.getenv("XDG_CACHE_HOME");
    }
    Path caches = variable == null || variable.isBlank() ? otherwise : Path.of(variable);
    return caches.resolve("panama-torch").resolve("native").toAbsolutePath();
  }

  /**
   * Returns a folder for temporary files that only this user can access. The same one at each
   * start, so that the libraries are not unpacked again, and not left behind by a process that is
   * killed.
   *
   * @throws IOException if the folder belongs to another user, or others can access it
   */
  static Path temporary() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path folder = temporary.resolve("panama-torch-" + System.getProperty("user.name"));
    if (!temporary.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Files.createDirectories(folder); // on Windows each user has a temporary folder
    }
    var mine = PosixFilePermissions.fromString("rwx------");
    try {
      return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(mine));
    } catch (FileAlreadyExistsException e) {
      // This user is the owner of a new file, whatever the user name in the file system is.
      Path probe = Files.createTempFile(temporary, "panama-torch", null);
      try {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            || !Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS).equals(mine)
            || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(probe))) {
          throw new IOException(
              folder + " is not a folder of this user that is closed to others: remove it", e);
        }
      } finally {
        Files.delete(probe);
      }
      return folder;
    }
  }
}
