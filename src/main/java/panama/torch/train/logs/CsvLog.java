package panama.torch.train.logs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A log of named numbers, one row for each step or epoch, in a CSV file that pandas and
 * spreadsheets read. Each row is flushed. If the file exists and has the same columns, rows are
 * appended: see {@link CsvFile}.
 *
 * <pre>{@code
 * try (var log = new CsvLog(Path.of("run1.csv"), List.of("epoch", "loss"))) {
 *   log.append(Map.of("epoch", 1, "loss", 0.25));
 * }
 * }</pre>
 */
public final class CsvLog implements AutoCloseable {
  private final CsvFile file;

  /**
   * Opens a log. The file is created if it does not exist.
   *
   * @param path the file
   * @param columns the names of the numbers, in the order of the columns
   * @throws IOException if the file cannot be read or written, or has other columns
   * @throws IllegalArgumentException if there are no columns, or two have the same name
   */
  public CsvLog(Path path, List<String> columns) throws IOException {
    file = CsvFile.open(path, columns);
  }

  /** Returns the number of rows that the file had when it was opened. */
  public int rowsBefore() {
    return file.rows().size();
  }

  /**
   * Appends a row. The cell of a column without a number is empty. Doubles are written with all
   * their digits.
   *
   * @param row the numbers by column
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException for a number whose name is not that of a column
   * @throws IllegalStateException if the log is closed
   */
  public void append(Map<String, ? extends Number> row) throws IOException {
    for (String name : row.keySet()) {
      if (!file.header().contains(name)) {
        throw new IllegalArgumentException(
            "row: expected the columns " + file.header() + ", got '" + name + "'");
      }
    }
    List<String> cells = new ArrayList<>();
    for (String column : file.header()) {
      Number number = row.get(column);
      cells.add(number == null ? "" : number.toString());
    }
    file.append(cells);
  }

  /** Closes the file. Closing twice has no effect. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
