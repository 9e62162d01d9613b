package panama.torch.optim.lr_scheduler;

import panama.torch.internal.Arguments;
import panama.torch.optim.Optimizer;

/**
 * Multiplies the base learning rate by (1 - epoch / totalIters)^power, until it is 0 in epoch
 * totalIters.
 */
public final class PolynomialLR extends LRScheduler {
  private final int totalIters;
  private final double power;

  /**
   * Creates a linear decay in 5 epochs.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   */
  public PolynomialLR(Optimizer optimizer) {
    this(optimizer, 5);
  }

  /**
   * Creates a linear decay.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param totalIters the number of epochs until the learning rate is 0, at least 0
   */
  public PolynomialLR(Optimizer optimizer, int totalIters) {
    this(optimizer, totalIters, 1);
  }

  /**
   * Creates a scheduler.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param totalIters the number of epochs until the learning rate is 0, at least 0
   * @param power the exponent; 1 for a linear decay
   * @throws IllegalArgumentException when totalIters is below 0
   */
  public PolynomialLR(Optimizer optimizer, int totalIters, double power) {
    super(optimizer);
    this.totalIters = Arguments.notNegative("totalIters", totalIters);
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
