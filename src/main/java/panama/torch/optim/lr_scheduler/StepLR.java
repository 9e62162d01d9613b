package panama.torch.optim.lr_scheduler;

import panama.torch.optim.Optimizer;

/** The rate times γ after every so many epochs. */
public final class StepLR extends LRScheduler {
  private final int stepSize;
  private final double gamma;

  /** With γ = 0.1. */
  public StepLR(Optimizer optimizer, int stepSize) {
    this(optimizer, stepSize, 0.1);
  }

  /**
   * With another γ.
   *
   * @param stepSize epochs at one rate, at least 1
   */
  public StepLR(Optimizer optimizer, int stepSize, double gamma) {
    super(optimizer);
    this.stepSize = atLeast(1, "stepSize", stepSize);
    this.gamma = gamma;
    initialStep();
  }

  @Override
  protected double nextLr(int group) {
    return lastEpoch() == 0 || lastEpoch() % stepSize != 0 ? lr(group) : lr(group) * gamma;
  }

  @Override
  protected double restartLr(int group) {
    return baseLr(group);
  }
}
