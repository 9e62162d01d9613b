package panama.torch.train.search;

/** The function whose result a search makes as small or as large as possible. */
@FunctionalInterface
public interface Objective {
  /**
   * Trains and evaluates a model. Called on a thread for this trial alone; with {@code parallelism}
   * above 1, several calls run at once.
   *
   * @param trial the configuration to evaluate
   * @return the score, such as the loss on the validation data; NaN counts as the worst
   * @throws Exception if the trial fails; it is recorded, and the search goes on
   */
  double evaluate(Trial trial) throws Exception;
}
