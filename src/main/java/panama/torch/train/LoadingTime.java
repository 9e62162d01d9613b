package panama.torch.train;

import java.util.Locale;

/**
 * A measurement of the fraction of the training time that is spent waiting for batches. If it is
 * large, add workers to the {@link panama.torch.data.DataLoader}. Validation is not counted.
 *
 * <pre>{@code
 * var loading = new LoadingTime();
 * Trainer.builder(model, optimizer, step).callbacks(loading).build().fit(batches);
 * System.out.println(loading); // loading 1.2 % of 84.3 s
 * }</pre>
 */
public final class LoadingTime implements Callback {
  private long start;
  private boolean training;
  private long waited;
  private long trained;

  /** Creates a measurement without epochs. */
  public LoadingTime() {}

  @Override
  public void epochStarts(int epoch, long done, long batches) {
    start = System.nanoTime();
    training = true;
  }

  @Override
  public void batchLoaded(int epoch, long step, long waited) {
    this.waited += waited;
  }

  @Override
  public void validationStarts(int epoch) {
    stop();
  }

  @Override
  public void epochEnds(EpochResult result) {
    stop();
  }

  @Override
  public void trainingEnds() {
    stop();
  }

  private void stop() {
    if (training) {
      trained += System.nanoTime() - start;
      training = false;
    }
  }

  /** Returns the time for which the training waited for batches, in seconds. */
  public double loadingSeconds() {
    return waited / 1e9;
  }

  /** Returns the time of the training steps, including the wait for batches, in seconds. */
  public double trainingSeconds() {
    return trained / 1e9;
  }

  /**
   * Returns the fraction of the training time that is spent waiting for batches, from 0 to 1; 0
   * before the first epoch has ended.
   */
  public double share() {
    return trained == 0 ? 0 : (double) waited / trained;
  }

  /** Returns the fraction in percent, and the time of the training steps. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "loading %.1f %% of %.1f s", 100 * share(), trainingSeconds());
  }
}
