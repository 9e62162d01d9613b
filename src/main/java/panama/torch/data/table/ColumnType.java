package panama.torch.data.table;

/** The type of the values of a column. */
public enum ColumnType {
  /** {@code double}; NaN for a missing value. */
  NUMBER,
  /** {@link java.time.LocalDate}. */
  DATE,
  /** {@link java.time.LocalDateTime}. */
  DATE_TIME,
  /** {@link String}. */
  TEXT
}
