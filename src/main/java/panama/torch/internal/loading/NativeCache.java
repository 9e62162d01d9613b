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
 * A folder in which native jars are unpacked, once for all processes of a user. Each jar has a
 * subfolder, whose name is a hash of the contents.
 *
 * <p>A subfolder is renamed to its final name after its files were verified and written to the
 * disk, so that it is always complete. One process at a time unpacks, under a file lock; the
 * leftovers of a process that was killed are removed by the next one that unpacks. A file is never
 * overwritten, since another process may have loaded it.
 */
final class NativeCache {
  private static final String DRAFT = ".part-";
  private static final String DISCARDED = ".old-";
  private static final long POLL_MILLIS = 20;

  private final Path root;
  private final boolean verifyAlways;

  /**
   * Does not create the folder.
   *
   * @param verifyAlways whether to verify checksums each time, instead of using {@link NativeStamp}
   */
  NativeCache(Path root, boolean verifyAlways) {
    this.root = root;
    this.verifyAlways = verifyAlways;
  }

  /** Thrown if the cache cannot be written to and does not contain the requested files. */
  static final class ReadOnlyException extends IOException {
    private static final long serialVersionUID = 1L;

    ReadOnlyException(IOException cause) {
      super(cause.toString(), cause);
    }
  }

  /**
   * Returns the folder with the files of a native jar, and unpacks them if they are missing or
   * damaged.
   *
   * @throws ReadOnlyException if they must be unpacked and the cache cannot be written to
   * @throws IOException if unpacking fails, after which no files remain
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
      // A read-only cache, as in a container image, may contain the right files.
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
   * Waits for the lock, even if the thread is interrupted: the libraries are loaded in a static
   * initializer, which has one attempt. It polls, since {@code FileChannel.lock()} fails when the
   * thread is interrupted.
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
      return null; // held by these classes in another class loader of this process
    }
  }

  private void provideLocked(Path folder, NativeManifest manifest, NativeFiles files)
      throws IOException {
    if (!verifyAlways && NativeStamp.matches(folder, manifest)) {
      return; // unpacked by the process that had the lock before
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
    // Not a channel, which would be closed if this thread were interrupted.
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

  /**
   * Returns a message about the first missing or damaged file in a folder; null if there is none.
   */
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

  /** Removes the leftovers of killed processes. Only the holder of the lock makes such folders. */
  private void sweep() throws IOException {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(root, "{" + DRAFT + "," + DISCARDED + "}*")) {
      for (Path leftover : leftovers) {
        delete(leftover);
      }
    }
  }

  /**
   * Deletes a folder of files as far as possible. On Windows, a loaded library cannot be deleted.
   */
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
      // The next process that unpacks tries again.
    }
  }

  /** Moves a file, and replaces the target if it exists. */
  static void moveOver(Path source, Path target) throws IOException {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Flushes a file to the disk. */
  static void force(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.getFD().sync();
    }
  }

  /** Flushes the entries of a folder to the disk, where the system supports that. */
  private static void forceFolder(Path folder) {
    // A folder can only be opened as a channel, which an interrupt would close.
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows does not open folders, and needs no flush.
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
      throw new IllegalStateException(e); // every Java platform must support it
    }
  }
}
