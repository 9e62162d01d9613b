/**
 * Scalers as in {@code sklearn.preprocessing}, windows of time series, and vocabularies.
 *
 * <pre>{@code
 * var data =
 *     TimeSeriesData.builder(table, 24, 1)
 *         .features("load", "temperature")
 *         .targets("load")
 *         .validationStart(LocalDate.of(2015, 1, 1))
 *         .testStart(LocalDate.of(2016, 1, 1))
 *         .scaler(new StandardScaler())
 *         .build();
 * Dataset<List<Tensor>> train = data.train().dataset();   // examples x (24, 2), y (1, 1)
 * Tensor forecast = data.inverseTargets(model.forward(x)); // in the unit of the load
 * }</pre>
 */
@NullMarked
package panama.torch.data.preprocessing;

import org.jspecify.annotations.NullMarked;
