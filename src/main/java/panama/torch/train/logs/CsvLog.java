package panama.torch.train.logs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Named numbers of steps or epochs as rows of a CSV file, which pandas and spreadsheets read. Each
 * row is flushed. Opening a log of the same columns again continues it: see {@link CsvFile}.
 */
public final class CsvLog implements AutoCloseable {
  private final CsvFile file;

  /**
   * Opens a log, which is created if it does not exist.
   *
   * @param path the file
   * @param columns the names of the numbers, in the order of the columns
   * @throws IOException if the file cannot be read or written, or has other columns
   * @throws IllegalArgumentException if there are no columns or two have one name
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
   * @throws IllegalArgumentException for a number whose name is no column
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
