package panama.torch.optim.lr_scheduler;

import panama.torch.internal.Arguments;
import panama.torch.optim.Optimizer;

/** Multiplies the learning rate by a factor that changes linearly with the epoch, then stays. */
public final class LinearLR extends LRScheduler {
  private final double startFactor;
  private final double endFactor;
  private final int totalIters;

  /**
   * Creates a warm-up with a factor from 1/3 to 1 in 5 epochs.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   */
  public LinearLR(Optimizer optimizer) {
    this(optimizer, 1.0 / 3);
  }

  /**
   * Creates a warm-up with a factor that reaches 1 in 5 epochs.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param startFactor the factor of epoch 0, above 0 and at most 1
   */
  public LinearLR(Optimizer optimizer, double startFactor) {
    this(optimizer, startFactor, 1);
  }

  /**
   * Creates a scheduler with a factor that changes during 5 epochs.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param startFactor the factor of epoch 0, above 0 and at most 1
   * @param endFactor the last factor, from 0 to 1
   */
  public LinearLR(Optimizer optimizer, double startFactor, double endFactor) {
    this(optimizer, startFactor, endFactor, 5);
  }

  /**
   * Creates a scheduler.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param startFactor the factor of epoch 0, above 0 and at most 1
   * @param endFactor the last factor, from 0 to 1
   * @param totalIters the number of epochs in which it is reached, at least 0
   * @throws IllegalArgumentException for values out of these ranges
   */
  public LinearLR(Optimizer optimizer, double startFactor, double endFactor, int totalIters) {
    super(optimizer);
    this.startFactor = Arguments.positiveFraction("startFactor", startFactor);
    this.endFactor = Arguments.fraction("endFactor", endFactor);
    this.totalIters = Arguments.notNegative("totalIters", totalIters);
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
