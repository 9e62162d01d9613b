package panama.torch.train.search;

import java.util.Objects;

/**
 * The result of one evaluation of a configuration.
 *
 * @param number the number of the trial, from 0
 * @param budget the budget, such as the number of epochs
 * @param seed the seed of the trial
 * @param configuration the values of the parameters
 * @param status how the trial ended
 * @param score the score; NaN for a trial that failed
 * @param message the error of a trial that failed, or a remark; otherwise empty
 */
public record TrialResult(
    int number,
    int budget,
    long seed,
    Configuration configuration,
    Status status,
    double score,
    String message) {
  /** Checks that no component is null. */
  public TrialResult {
    Objects.requireNonNull(configuration, "configuration");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(message, "message");
  }

  /** How a trial ended. */
  public enum Status {
    /** It returned a score. */
    COMPLETED,
    /** It was told to stop early, and returned a score. */
    STOPPED,
    /** It threw an exception. */
    FAILED
  }

  /** Returns whether the trial was completed with a score that is a number. */
  boolean isRanked() {
    return status == Status.COMPLETED && !Double.isNaN(score);
  }
}
