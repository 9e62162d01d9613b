package panama.torch.data.preprocessing;

import java.time.LocalDateTime;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import panama.torch.Tensor;
import panama.torch.TensorHolder;
import panama.torch.data.TensorDataset;

/**
 * The training, validation or test part of {@link TimeSeriesData}: scaled examples for the model,
 * and targets and dates in the unit of the series for the evaluation of its forecasts.
 *
 * <pre>{@code
 * TimeSeriesPart test = data.test();
 * Tensor forecasts = data.inverseTargets(model.forward(test.dataset().tensors().getFirst()));
 * Tensor error = forecasts.sub(test.targets()).abs().mean();
 * Tensor persistence = test.lastValues().sub(test.targets()).abs().mean();
 * }</pre>
 */
public final class TimeSeriesPart implements TensorHolder {
  private final Windows scaled;
  private final Windows unscaled;
  private final long offset;
  private final List<LocalDateTime> dates;

  /**
   * Creates a part.
   *
   * @param offset the row of the series that is the first of both windows
   * @param dates of all rows of the series; empty if unknown
   */
  TimeSeriesPart(Windows scaled, Windows unscaled, long offset, List<LocalDateTime> dates) {
    this.scaled = scaled;
    this.unscaled = unscaled;
    this.offset = offset;
    this.dates = dates;
  }

  /** Returns the number N of examples. */
  public long size() {
    return scaled.size();
  }

  /** Returns the examples for a model: x (lookBack, F) and y (horizon, targets), both scaled. */
  public TensorDataset dataset() {
    return scaled.dataset();
  }

  /** Returns the targets in the unit of the series, (N, horizon, targets). */
  public Tensor targets() {
    return unscaled.y();
  }

  /**
   * Returns the values of the target features in the last row of each input in the unit of the
   * series, (N, 1, targets): the forecast of a persistence model, which broadcasts to the shape of
   * {@link #targets}.
   */
  public Tensor lastValues() {
    return unscaled.lastValues();
  }

  /**
   * Returns the index of the row of the series that a target is.
   *
   * @param example the index of an example, from 0 to N - 1
   * @param step the index of a row in its target, from 0 to horizon - 1
   * @throws panama.torch.IndexException if there is no such example or step
   */
  public long targetRow(long example, long step) {
    return offset + unscaled.targetRow(example, step);
  }

  /**
   * Returns the date of a target.
   *
   * @param example the index of an example, from 0 to N - 1
   * @param step the index of a row in its target, from 0 to horizon - 1
   * @return the date; the start of the day for a date without time
   * @throws panama.torch.IndexException if there is no such example or step
   * @throws IllegalStateException if the series has no column of dates
   */
  public LocalDateTime targetDate(long example, long step) {
    if (dates.isEmpty()) {
      throw new IllegalStateException(
          "targetDate: the series has no dates; pass a Table and name its column with dates(...)");
    }
    return dates.get((int) targetRow(example, step));
  }

  /**
   * Returns the dates of all targets.
   *
   * @param step the index of a row in the targets, from 0 to horizon - 1
   * @return N dates; the start of the day for dates without time
   * @throws panama.torch.IndexException if there is no such step
   * @throws IllegalStateException if the series has no column of dates
   */
  public List<LocalDateTime> targetDates(long step) {
    return LongStream.range(0, size()).mapToObj(example -> targetDate(example, step)).toList();
  }

  @Override
  public void forEachTensor(Consumer<? super Tensor> action) {
    scaled.forEachTensor(action);
    unscaled.forEachTensor(action);
  }
}
