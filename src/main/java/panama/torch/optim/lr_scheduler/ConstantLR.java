package panama.torch.optim.lr_scheduler;

import panama.torch.internal.Arguments;
import panama.torch.optim.Optimizer;

/** Multiplies the learning rate by a factor during the first epochs. */
public final class ConstantLR extends LRScheduler {
  private final double factor;
  private final int totalIters;

  /**
   * Creates a scheduler with a factor of 1/3 for 5 epochs.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   */
  public ConstantLR(Optimizer optimizer) {
    this(optimizer, 1.0 / 3);
  }

  /**
   * Creates a scheduler with the factor for 5 epochs.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param factor of the learning rate, above 0 and at most 1
   */
  public ConstantLR(Optimizer optimizer, double factor) {
    this(optimizer, factor, 5);
  }

  /**
   * Creates a scheduler.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param factor of the learning rate, above 0 and at most 1
   * @param totalIters the number of epochs with the factor, at least 0
   * @throws IllegalArgumentException for values out of these ranges
   */
  public ConstantLR(Optimizer optimizer, double factor, int totalIters) {
    super(optimizer);
    this.factor = Arguments.positiveFraction("factor", factor);
    this.totalIters = Arguments.notNegative("totalIters", totalIters);
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
