package panama.torch.internal.loading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records the size, the times of change and the inode of the files of an unpacked native jar when
 * their checksums have been verified. While these attributes are the same, the checksums of
 * hundreds of megabytes need not be computed again at each start. This detects files that were
 * written to, truncated, replaced or touched, but not corruption by the disk. See
 * docs/decisions/0007-cache-checked-by-file-attributes.md.
 */
final class NativeStamp {
  private static final String NAME = "verified";
  private static final String UNIX = "unix:size,lastModifiedTime,ctime,ino";
  private static final String ELSEWHERE = "size,lastModifiedTime,creationTime";

  private NativeStamp() {}

  /** Returns whether all files have the attributes that {@link #write} has recorded. */
  static boolean matches(Path folder, NativeManifest manifest) {
    try {
      return Files.readString(folder.resolve(NAME)).equals(of(folder, manifest));
    } catch (IOException e) {
      return false; // a file is missing
    }
  }

  /** Records the current attributes of the files. */
  static void write(Path folder, NativeManifest manifest) throws IOException {
    Path draft = folder.resolve(NAME + ".part");
    Files.writeString(draft, of(folder, manifest));
    NativeCache.force(draft);
    NativeCache.moveOver(draft, folder.resolve(NAME));
  }

  private static String of(Path folder, NativeManifest manifest) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : manifest.names("files")) {
      Path file = folder.resolve(name);
      boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
      Map<String, Object> attributes = Files.readAttributes(file, unix ? UNIX : ELSEWHERE);
      // Each attribute by name, since the order of the map is not specified.
      text.append(name).append(' ').append(attributes.get("size"));
      text.append(' ').append(nanos(attributes.get("lastModifiedTime")));
      text.append(' ').append(nanos(attributes.get(unix ? "ctime" : "creationTime")));
      text.append(' ').append(attributes.get("ino")).append('\n');
    }
    return text.toString();
  }

  private static long nanos(@Nullable Object time) {
    return time == null ? 0 : ((FileTime) time).to(TimeUnit.NANOSECONDS);
  }
}
