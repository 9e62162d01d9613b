package panama.torch.data.table;

/** The ways to treat a missing value when a table is read. */
public enum MissingValues {
  /** An error that names the row and the column of the first missing value. */
  REFUSE,
  /** NaN in columns of numbers; an error in other columns. */
  NAN,
  /** Leaves out every row with a missing value. */
  DROP_ROW
}
