package panama.torch.internal;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Replaces files atomically: a reader sees the old file or the complete new one. */
public final class AtomicFile {
  /** Writes the content of a file. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes a draft beside the file, and moves it there when it is complete. An interrupt does not
   * abort writing; the thread's interrupt status is kept.
   *
   * @param path the file to write, as the caller passed it, for error messages
   * @throws NoSuchFileException if the folder does not exist
   * @throws FileSystemException if the file cannot be written; the former file is kept
   */
  public static void replace(Path path, Content content) throws IOException {
    Path target = path.toAbsolutePath();
    Path draft = createDraft(path, target);
    try {
      // Not a FileChannel, which is closed when its thread is interrupted.
      try (FileOutputStream file = new FileOutputStream(draft.toFile())) {
        content.writeTo(file);
        file.getFD().sync();
      }
      Files.move(
          draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
      throw causedBy(e, new FileSystemException(path.toString(), null, reason));
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /**
   * Creates an empty file beside the target. Not with createTempFile, whose files only their owner
   * may read; and not with the target's name in its own, which may be too long for a suffix.
   *
   * @param path the target as the caller passed it, for error messages
   */
  private static Path createDraft(Path path, Path target) throws IOException {
    if (Files.isDirectory(target)) {
      throw new FileSystemException(path.toString(), null, "is a folder; expected a file's name");
    }
    Path folder = target.getParent();
    Path draft =
        target.resolveSibling(
            String.format(Locale.ROOT, ".%08x.part", ThreadLocalRandom.current().nextInt()));
    try {
      return Files.createFile(draft);
    } catch (NoSuchFileException e) {
      throw causedBy(
          e,
          new NoSuchFileException(
              path.toString(),
              null,
              "there is no folder %s; make it with Files.createDirectories".formatted(folder)));
    } catch (AccessDeniedException e) {
      throw causedBy(
          e,
          new AccessDeniedException(
              path.toString(), null, "no file can be made in the folder %s".formatted(folder)));
    } catch (FileSystemException e) {
      String reason = Files.isDirectory(folder) ? e.getReason() : folder + " is no folder";
      throw causedBy(e, new FileSystemException(path.toString(), null, reason));
    }
  }

  private static IOException causedBy(IOException cause, IOException e) {
    e.initCause(cause);
    return e;
  }
}
