package panama.torch.data.table;

/** The ways of handling missing values when a table is read. */
public enum MissingValues {
  /** Throws an exception that names the row and the column of the first missing value. */
  ERROR,
  /** Reads NaN in columns of numbers, and throws an exception in other columns. */
  NAN,
  /** Omits every row with a missing value. */
  DROP_ROW
}
