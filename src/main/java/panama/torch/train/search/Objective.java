package panama.torch.train.search;

/** The function that a search minimizes or maximizes. */
@FunctionalInterface
public interface Objective {
  /**
   * Trains a model with a configuration and returns its score. It is called on a thread of its own
   * for each trial; with {@code parallelism} above 1, several calls run at once.
   *
   * @param trial the configuration to evaluate
   * @return the score, such as the loss on the validation data; NaN is the worst
   * @throws Exception if the trial fails; the failure is recorded, and the search continues
   */
  double evaluate(Trial trial) throws Exception;
}
