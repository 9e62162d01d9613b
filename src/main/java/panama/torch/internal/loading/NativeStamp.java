package panama.torch.internal.loading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the files of an unpacked native jar were when their checksums were verified: size, times of
 * change and identity. Where they still are, hundreds of megabytes need not be read again at every
 * start. A file that was written to, cut, replaced or touched shows; a disk that returns other
 * bytes than it was given does not.
 */
final class NativeStamp {
  private static final String NAME = "verified";
  private static final String UNIX = "unix:size,lastModifiedTime,ctime,ino";
  private static final String ELSEWHERE = "size,lastModifiedTime,creationTime";

  private NativeStamp() {}

  /** Whether all is as it was when {@link #write} was called. */
  static boolean matches(Path folder, NativeManifest manifest) {
    try {
      return Files.readString(folder.resolve(NAME)).equals(of(folder, manifest));
    } catch (IOException e) {
      return false; // not there, or not whole
    }
  }

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
      // In an order of its own: that of the map is anybody's guess.
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
