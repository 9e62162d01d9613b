package panama.torch.data.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The values of one column. */
sealed interface Column {
  ColumnType type();

  int rows();

  /** Returns a column of some of the values. */
  Column gather(IntStream rows);

  /** Doubles, in an array that is never modified. */
  record Numbers(double[] values) implements Column {
    @Override
    public ColumnType type() {
      return ColumnType.NUMBER;
    }

    @Override
    public int rows() {
      return values.length;
    }

    @Override
    public Column gather(IntStream rows) {
      return new Numbers(rows.mapToDouble(row -> values[row]).toArray());
    }
  }

  /**
   * Texts or dates.
   *
   * @param notNumbers the error for the first value that is not a number; null if unknown
   */
  record Values(ColumnType type, List<?> values, @Nullable String notNumbers) implements Column {
    public Values {
      values = List.copyOf(values);
    }

    @Override
    public int rows() {
      return values.size();
    }

    @Override
    public Column gather(IntStream rows) {
      return new Values(type, rows.mapToObj(values::get).toList(), notNumbers);
    }
  }

  /** The values of a column while its file or query is read. */
  final class Builder {
    private final ColumnType type;
    private final @Nullable String notNumbers;
    private final List<Object> values = new ArrayList<>();
    private double[] numbers = new double[16];
    private int rows;

    Builder(ColumnType type, @Nullable String notNumbers) {
      this.type = type;
      this.notNumbers = notNumbers;
    }

    ColumnType type() {
      return type;
    }

    /** Adds a value of the class that belongs to the type. */
    void add(Object value) {
      if (type == ColumnType.NUMBER) {
        if (rows == numbers.length) {
          numbers = Arrays.copyOf(numbers, 2 * rows);
        }
        numbers[rows] = (Double) value;
      } else {
        values.add(value);
      }
      rows++;
    }

    Column build() {
      return type == ColumnType.NUMBER
          ? new Numbers(Arrays.copyOf(numbers, rows))
          : new Values(type, values, notNumbers);
    }
  }
}
