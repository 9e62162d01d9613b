package panama.torch.internal;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Checks of files that are read by classes whose exceptions do not tell what is wrong. */
public final class InputFile {
  private InputFile() {}

  /**
   * Returns the size of a file.
   *
   * @param expected the kind of the file, for the error message
   * @throws NoSuchFileException if there is none
   * @throws FileSystemException if it is a folder
   */
  public static long size(Path path, String expected) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      throw new FileSystemException(path.toString(), null, "is a folder; expected " + expected);
    }
    return attributes.size();
  }
}
