/**
 * Tables with named columns, read from CSV files, databases and arrays, and lines of text.
 *
 * <pre>{@code
 * Table weather = Csv.builder(Path.of("weather.csv")).missing(MissingValues.DROP_ROW).read();
 * Tensor series = weather.numbers("temperature", "pressure");   // (T, 2), FLOAT32
 * int start = weather.indexOf("date", LocalDate.of(2016, 1, 1));
 * }</pre>
 */
@NullMarked
package panama.torch.data.table;

import org.jspecify.annotations.NullMarked;
