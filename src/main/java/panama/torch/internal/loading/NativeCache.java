package panama.torch.internal.loading;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import panama.torch.spi.NativeFiles;

/**
 * A folder in which native jars are unpacked, each into a folder of its own that is named by its
 * contents, once for all processes of a user.
 *
 * <p>A folder appears whole, by a rename, after its files were checked and written to the disk. One
 * process at a time unpacks, under a lock that ends with it; what one has left behind that was
 * killed, the next one removes. A file is never written in place: another process may have it
 * loaded.
 */
final class NativeCache {
  private static final String DRAFT = ".part-";
  private static final String DISCARDED = ".old-";
  private static final long POLL_MILLIS = 20;

  private final Path root;
  private final boolean verifyAlways;

  /**
   * Makes no folder yet.
   *
   * @param verifyAlways whether to read all bytes each time, rather than trust {@link NativeStamp}
   */
  NativeCache(Path root, boolean verifyAlways) {
    this.root = root;
    this.verifyAlways = verifyAlways;
  }

  /** The cache cannot be written to, and does not have what is asked for. */
  static final class ReadOnlyException extends IOException {
    private static final long serialVersionUID = 1L;

    ReadOnlyException(IOException cause) {
      super(cause.toString(), cause);
    }
  }

  /**
   * The folder with the files of a native jar, which are unpacked if they are not there yet, or not
   * what they should be.
   *
   * @throws ReadOnlyException if that would be necessary and the cache cannot be written to
   * @throws IOException if unpacking fails; nothing is left behind then
   */
  Path provide(NativeManifest manifest, NativeFiles files) throws IOException {
    Path folder = root.resolve(manifest.get("id"));
    if (!verifyAlways && NativeStamp.matches(folder, manifest)) {
      return folder;
    }
    FileChannel channel;
    try {
      Files.createDirectories(root);
      channel =
          FileChannel.open(
              root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      // As in the image of a container: what was verified elsewhere may still be right.
      if (wrongFile(folder, manifest) == null) {
        return folder;
      }
      throw new ReadOnlyException(e);
    }
    try (channel;
        FileLock lock = lock(channel)) {
      provideLocked(folder, manifest, files);
      return folder;
    }
  }

  /**
   * The lock, waited for even by a thread that is interrupted: a library that was not loaded then
   * would be missing for good. Which is why it is asked for again and again; the waiting {@code
   * lock()} ends with an interrupt.
   */
  private static FileLock lock(FileChannel channel) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        FileLock lock = tryLock(channel);
        if (lock != null) {
          return lock;
        }
        try {
          Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // these classes, loaded a second time in this process, are at it
    }
  }

  private void provideLocked(Path folder, NativeManifest manifest, NativeFiles files)
      throws IOException {
    if (!verifyAlways && NativeStamp.matches(folder, manifest)) {
      return; // by the one that had the lock before
    }
    sweep();
    if (Files.isDirectory(folder)) {
      String wrong = wrongFile(folder, manifest);
      if (wrong == null) {
        NativeStamp.write(folder, manifest);
        return;
      }
      System.getLogger("panama.torch")
          .log(System.Logger.Level.WARNING, wrong + "; it is unpacked anew");
    }
    Path draft = Files.createTempDirectory(root, DRAFT);
    Path discarded = root.resolve(draft.getFileName().toString().replace(DRAFT, DISCARDED));
    try {
      for (String name : manifest.names("files")) {
        unpack(manifest, files, name, draft.resolve(name));
      }
      NativeStamp.write(draft, manifest);
      forceFolder(draft);
      if (Files.exists(folder)) {
        Files.move(folder, discarded, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(draft, folder, StandardCopyOption.ATOMIC_MOVE);
      forceFolder(root);
    } finally {
      delete(draft);
      delete(discarded);
    }
  }

  private static void unpack(NativeManifest manifest, NativeFiles files, String name, Path target)
      throws IOException {
    MessageDigest digest = sha256();
    Files.createFile(target);
    // No channel, which an interrupt of this thread would close.
    try (InputStream in = files.open(name);
        FileOutputStream out = new FileOutputStream(target.toFile())) {
      byte[] bytes = new byte[1 << 16];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        digest.update(bytes, 0, count);
        out.write(bytes, 0, count);
      }
      out.getFD().sync();
    }
    String is = HexFormat.of().formatHex(digest.digest());
    if (!is.equals(manifest.get(name + ".sha256"))) {
      throw new IOException(
          "%s in %s has SHA-256 %s, expected %s: the jar is damaged, take a new copy"
              .formatted(name, manifest.place(), is, manifest.get(name + ".sha256")));
    }
  }

  /** What is wrong with one of the files in a folder; null where all are as they should be. */
  private static @Nullable String wrongFile(Path folder, NativeManifest manifest) {
    for (String name : manifest.names("files")) {
      Path file = folder.resolve(name);
      try {
        if (Files.size(file) != Long.parseLong(manifest.get(name + ".size"))) {
          return file
              + " has %s bytes, expected %s"
                  .formatted(Files.size(file), manifest.get(name + ".size"));
        }
        MessageDigest digest = sha256();
        try (InputStream in = new FileInputStream(file.toFile())) {
          byte[] bytes = new byte[1 << 16];
          for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
            digest.update(bytes, 0, count);
          }
        }
        String is = HexFormat.of().formatHex(digest.digest());
        if (!is.equals(manifest.get(name + ".sha256"))) {
          return file
              + " has SHA-256 %s, expected %s".formatted(is, manifest.get(name + ".sha256"));
        }
      } catch (IOException e) {
        return file + " cannot be read: " + e;
      }
    }
    return null;
  }

  /** Removes what killed processes have left. Only the holder of the lock makes such folders. */
  private void sweep() throws IOException {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(root, "{" + DRAFT + "," + DISCARDED + "}*")) {
      for (Path leftover : leftovers) {
        delete(leftover);
      }
    }
  }

  /** Deletes a folder of files, as far as that is possible: on Windows, a loaded one is not. */
  private static void delete(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      // The next one to unpack tries again.
    }
  }

  static void moveOver(Path source, Path target) throws IOException {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Writes a file to the disk. */
  static void force(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.getFD().sync();
    }
  }

  /** Writes the names in a folder to the disk, where the system knows how. */
  private static void forceFolder(Path folder) {
    // Nothing but a channel opens folders, and an interrupt would close it.
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows opens no folders, and keeps its names by itself.
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
