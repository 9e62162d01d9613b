package panama.torch.optim.lr_scheduler;

import panama.torch.optim.Optimizer;

/** The rate times a factor for some epochs, then the rate itself. */
public final class ConstantLR extends LRScheduler {
  private final double factor;
  private final int totalIters;

  /** A third of the rate for 5 epochs. */
  public ConstantLR(Optimizer optimizer) {
    this(optimizer, 1.0 / 3, 5);
  }

  /**
   * With other options.
   *
   * @param factor above 0, up to 1
   * @param totalIters epochs with the factor
   */
  public ConstantLR(Optimizer optimizer, double factor, int totalIters) {
    super(optimizer);
    this.factor = positiveShare("factor", factor);
    this.totalIters = atLeast(0, "totalIters", totalIters);
    initialStep();
  }

  @Override
  protected double nextLr(int group) {
    if (lastEpoch() == 0) {
      return lr(group) * factor;
    }
    return lastEpoch() == totalIters ? lr(group) * (1 / factor) : lr(group);
  }

  @Override
  protected double restartLr(int group) {
    return baseLr(group) * (factor + (totalIters == 0 ? 1 - factor : 0));
  }
}
