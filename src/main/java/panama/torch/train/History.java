package panama.torch.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The results of all epochs of a training, including those before it was resumed. */
public final class History {
  private final List<EpochResult> epochs = new ArrayList<>();
  private @Nullable EpochResult best;
  private boolean interrupted;

  History() {}

  void add(EpochResult result, boolean isBest) {
    epochs.add(result);
    if (isBest) {
      best = result;
    }
  }

  /** Returns the number of the best epoch; 0 if no epoch has ended. */
  int bestEpoch() {
    return best == null ? 0 : best.epoch();
  }

  void interrupted() {
    interrupted = true;
  }

  /** Returns the results of the epochs, in order. */
  public List<EpochResult> epochs() {
    return Collections.unmodifiableList(epochs);
  }

  /**
   * Returns the result of the epoch with the best monitored value; see {@link
   * Trainer.Builder#monitor}.
   *
   * @throws IllegalStateException if no epoch has ended
   */
  public EpochResult best() {
    if (best == null) {
      throw new IllegalStateException("best: no epoch has ended");
    }
    return best;
  }

  /** Returns whether the training was interrupted before its last epoch. */
  public boolean wasInterrupted() {
    return interrupted;
  }

  /**
   * Returns a value of each epoch, such as the points of a learning curve.
   *
   * @param name the name of the value, such as {@code loss}
   * @throws IllegalArgumentException if the epochs have no value of this name
   */
  public List<Double> values(String name) {
    Objects.requireNonNull(name, "name");
    return epochs.stream().map(result -> result.value(name)).toList();
  }

  /** Returns one line for each epoch. */
  @Override
  public String toString() {
    return epochs.stream().map(EpochResult::toString).collect(Collectors.joining("\n"));
  }
}
