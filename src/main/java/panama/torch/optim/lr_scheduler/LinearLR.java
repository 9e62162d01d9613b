package panama.torch.optim.lr_scheduler;

import panama.torch.optim.Optimizer;

/** The rate times a factor that goes from one value to another along a line, then stays. */
public final class LinearLR extends LRScheduler {
  private final double startFactor;
  private final double endFactor;
  private final int totalIters;

  /** From a third of the rate to the rate, in 5 epochs. */
  public LinearLR(Optimizer optimizer) {
    this(optimizer, 1.0 / 3, 1, 5);
  }

  /**
   * With other options.
   *
   * @param startFactor above 0, up to 1
   * @param endFactor 0 to 1
   * @param totalIters epochs from one to the other
   */
  public LinearLR(Optimizer optimizer, double startFactor, double endFactor, int totalIters) {
    super(optimizer);
    this.startFactor = positiveShare("startFactor", startFactor);
    this.endFactor = share("endFactor", endFactor);
    this.totalIters = atLeast(0, "totalIters", totalIters);
    initialStep();
  }

  @Override
  protected double nextLr(int group) {
    if (lastEpoch() == 0) {
      return lr(group) * startFactor;
    }
    if (isInitial() || lastEpoch() > totalIters) {
      return lr(group);
    }
    double slope = endFactor - startFactor;
    return lr(group) * (1 + slope / (totalIters * startFactor + (lastEpoch() - 1) * slope));
  }

  @Override
  protected double restartLr(int group) {
    return baseLr(group) * startFactor;
  }
}
