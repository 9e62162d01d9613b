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
 * @param message the exception of a trial that failed, or a remark such as on a score that is NaN;
 *     otherwise empty
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

  /** The ways in which a trial ends. */
  public enum Status {
    /** The objective returned a score. */
    COMPLETED,
    /** The {@link MedianRule} stopped the trial, and the objective returned a score. */
    STOPPED,
    /** The objective threw an exception. */
    FAILED
  }

  /** Returns whether the trial was completed with a score that is a number. */
  boolean isRanked() {
    return status == Status.COMPLETED && !Double.isNaN(score);
  }
}
