package panama.torch.internal.loading;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Where the cache of the native libraries is. */
final class CacheFolder {
  static final String PROPERTY = "panama.torch.cache";

  private CacheFolder() {}

  /** The one that the user names; null where there is none. */
  static @Nullable Path chosen() {
    String property = System.getProperty(PROPERTY);
    return property == null || property.isBlank() ? null : Path.of(property).toAbsolutePath();
  }

  /** The platform's place for a user's caches. */
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
   * A folder for temporary files that is this user's alone. The same one each time, or every start
   * would unpack, and leave it all behind where the process is killed.
   *
   * @throws IOException if somebody else has made a folder of that name, or it is open to others
   */
  static Path temporary() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    Path folder = temporary.resolve("panama-torch-" + System.getProperty("user.name"));
    if (!temporary.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Files.createDirectories(folder); // on Windows the temporary folder is the user's
    }
    var mine = PosixFilePermissions.fromString("rwx------");
    try {
      return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(mine));
    } catch (FileAlreadyExistsException e) {
      // The owner of a file made now is this user, by whatever name.
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
