/**
 * Forecasts the weather in Seattle. {@link panama.torch.examples.weather.WeatherForecast} compares
 * recurrent layers with two baselines, and {@link panama.torch.examples.weather.Tune} searches for
 * the hyperparameters.
 */
@NullMarked
package panama.torch.examples.weather;

import org.jspecify.annotations.NullMarked;
