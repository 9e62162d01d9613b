package panama.torch.train.logs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import panama.torch.train.Callback;
import panama.torch.train.EpochResult;

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
 *
 * <p>As a {@link Callback} of a {@link panama.torch.train.Trainer} it appends, after each epoch,
 * the number of the epoch to the column {@code epoch}, and the values of the {@link EpochResult} to
 * the columns of their names, such as {@code loss}, {@code validation loss} and {@code lr}.
 */
public final class CsvLog implements Callback, AutoCloseable {
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

  /**
   * Appends the values of an epoch that have a column.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  @Override
  public void epochEnds(EpochResult result) {
    Map<String, Number> row = new HashMap<>(result.values());
    row.put("epoch", result.epoch());
    row.keySet().retainAll(file.header());
    try {
      append(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the file. Closing twice has no effect. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
