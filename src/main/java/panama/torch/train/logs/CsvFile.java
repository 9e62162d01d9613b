package panama.torch.train.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import panama.torch.internal.AtomicFile;

/**
 * A CSV file (RFC 4180, UTF-8, lines end with {@code \n}) to which rows are appended. Each row is
 * flushed, and is one line: line breaks in cells become spaces.
 *
 * <p>An incomplete last line, left by a process that was killed while it wrote, is dropped with a
 * warning when the file is opened again.
 *
 * <p>Not safe for use by several threads or processes at once.
 */
public final class CsvFile implements AutoCloseable {
  private final Path path;
  private final List<String> header;
  private final List<List<String>> rows;
  private final FileOutputStream out;
  private boolean closed;

  private CsvFile(Path path, List<String> header, List<List<String>> rows, FileOutputStream out) {
    this.path = path;
    this.header = header;
    this.rows = rows;
    this.out = out;
  }

  /**
   * Opens a file to append rows. The header is written if the file does not exist or is empty.
   *
   * @param path the file
   * @param header the names of the columns, at least one, without duplicates
   * @return the open file
   * @throws IOException if the file cannot be read or written, has another header, or a row with
   *     another number of cells
   * @throws IllegalArgumentException if there are no columns, or two have the same name
   */
  public static CsvFile open(Path path, List<String> header) throws IOException {
    List<String> columns = header.stream().map(CsvFile::oneLine).toList();
    if (columns.isEmpty() || columns.stream().distinct().count() < columns.size()) {
      throw new IllegalArgumentException(
          "header: expected at least one column and no duplicates, got " + columns);
    }
    checkFolder(path);
    byte[] content = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
    int end = content.length;
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    List<List<String>> rows = parse(path, content, end, columns);
    if (end < content.length) {
      dropLastLine(path, content, end, columns);
    }
    FileOutputStream out = new FileOutputStream(path.toFile(), true);
    try {
      if (end == 0) {
        out.write(line(columns));
      }
      return new CsvFile(path, columns, rows, out);
    } catch (IOException | RuntimeException e) {
      out.close();
      throw e;
    }
  }

  private static void checkFolder(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new FileSystemException(path.toString(), null, "is a folder; expected a file's name");
    }
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new FileSystemException(
          path.toString(),
          null,
          "there is no folder " + folder + "; make it with Files.createDirectories");
    }
  }

  /**
   * Truncates the file to its complete lines, without a FileChannel, since interrupts close those.
   */
  private static void dropLastLine(Path path, byte[] content, int end, List<String> header)
      throws IOException {
    String last = new String(content, end, content.length - end, UTF_8);
    if (end == 0 && !new String(line(header), UTF_8).startsWith(last)) {
      throw new FileSystemException(
          path.toString(), null, "line 1: expected the columns " + header + ", got " + last);
    }
    System.getLogger("panama.torch")
        .log(
            System.Logger.Level.WARNING,
            path + ": the last line is incomplete and is dropped: " + last);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(end);
    }
  }

  private static List<List<String>> parse(Path path, byte[] content, int end, List<String> header)
      throws IOException {
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(content, 0, end)).toString();
    } catch (CharacterCodingException e) {
      throw new FileSystemException(path.toString(), null, "is not UTF-8 text");
    }
    List<List<String>> rows = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isEmpty()) {
        continue;
      }
      List<String> cells = cells(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line);
      if (number == 1 && !cells.equals(header)) {
        throw new FileSystemException(
            path.toString(),
            null,
            "line 1: expected the columns " + header + ", got " + cells + "; use another file");
      }
      if (cells.size() != header.size()) {
        throw new FileSystemException(
            path.toString(),
            null,
            String.format(
                Locale.ROOT,
                "line %d: expected %d cells, got %d",
                number,
                header.size(),
                cells.size()));
      }
      if (number > 1) {
        rows.add(cells);
      }
    }
    return rows;
  }

  /** Splits a line at the commas outside quotes. */
  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          cell.append(c);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  private static String oneLine(String cell) {
    return cell.replace('\n', ' ').replace('\r', ' ');
  }

  private static byte[] line(List<String> cells) {
    return cells.stream()
        .map(cell -> quoted(oneLine(cell)))
        .collect(Collectors.joining(",", "", "\n"))
        .getBytes(UTF_8);
  }

  private static String quoted(String cell) {
    return cell.contains(",") || cell.contains("\"")
        ? '"' + cell.replace("\"", "\"\"") + '"'
        : cell;
  }

  /**
   * Writes a file with all its rows. An existing file is replaced atomically.
   *
   * @param path the file
   * @param header the names of the columns
   * @param rows rows with a cell for each column
   * @throws IOException if the file cannot be written
   */
  public static void write(Path path, List<String> header, List<List<String>> rows)
      throws IOException {
    AtomicFile.replace(
        path,
        out -> {
          ByteArrayOutputStream content = new ByteArrayOutputStream();
          content.writeBytes(line(header));
          for (List<String> row : rows) {
            content.writeBytes(line(row));
          }
          content.writeTo(out);
        });
  }

  /** Returns the file. */
  public Path path() {
    return path;
  }

  /** Returns the names of the columns. */
  public List<String> header() {
    return header;
  }

  /** Returns the rows that the file had when it was opened. */
  public List<List<String>> rows() {
    return List.copyOf(rows);
  }

  /**
   * Appends a row.
   *
   * @param cells a cell for each column
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException for another number of cells
   * @throws IllegalStateException if the file is closed
   */
  public void append(List<String> cells) throws IOException {
    if (cells.size() != header.size()) {
      throw new IllegalArgumentException(
          "cells: expected one for each column of " + header + ", got " + cells);
    }
    if (closed) {
      throw new IllegalStateException(path + " is closed; open it again to append rows");
    }
    out.write(line(cells)); // a single call, so that rows are rarely written in part
  }

  /** Closes the file. Closing twice has no effect. */
  @Override
  public void close() throws IOException {
    closed = true;
    out.close();
  }
}
