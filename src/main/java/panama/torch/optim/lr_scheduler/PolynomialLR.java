package panama.torch.optim.lr_scheduler;

import panama.torch.optim.Optimizer;

/** The rate times (1 - epoch / totalIters)^power, down to 0. */
public final class PolynomialLR extends LRScheduler {
  private final int totalIters;
  private final double power;

  /** Along a line, in 5 epochs. */
  public PolynomialLR(Optimizer optimizer) {
    this(optimizer, 5, 1);
  }

  /**
   * With other options.
   *
   * @param totalIters epochs until 0
   */
  public PolynomialLR(Optimizer optimizer, int totalIters, double power) {
    super(optimizer);
    this.totalIters = atLeast(0, "totalIters", totalIters);
    this.power = power;
    initialStep();
  }

  @Override
  protected double nextLr(int group) {
    if (isInitial() || lastEpoch() > totalIters) {
      return lr(group);
    }
    double now = 1 - (double) lastEpoch() / totalIters;
    double before = 1 - (double) (lastEpoch() - 1) / totalIters;
    return lr(group) * Math.pow(now / before, power);
  }

  @Override
  protected double restartLr(int group) {
    return baseLr(group);
  }
}
