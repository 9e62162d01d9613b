package panama.torch.optim.lr_scheduler;

import panama.torch.internal.Arguments;
import panama.torch.optim.Optimizer;

/**
 * Reduces the learning rate to a minimum η along half a cosine, in T epochs, and raises it again in
 * the next T: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017),
 * without the restarts.
 *
 * <pre>
 *   lr = η + (lr_0 - η) (1 + cos(π epoch / T)) / 2
 * </pre>
 */
public final class CosineAnnealingLR extends LRScheduler {
  private final int tMax;
  private final double etaMin;

  /**
   * Creates a scheduler with a minimum of 0.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param tMax T, the number of epochs until the minimum, at least 1
   */
  public CosineAnnealingLR(Optimizer optimizer, int tMax) {
    this(optimizer, tMax, 0);
  }

  /**
   * Creates a scheduler.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param tMax T, the number of epochs until the minimum, at least 1
   * @param etaMin η, the smallest learning rate
   * @throws IllegalArgumentException when tMax is below 1
   */
  public CosineAnnealingLR(Optimizer optimizer, int tMax, double etaMin) {
    super(optimizer);
    this.tMax = Arguments.positive("tMax", tMax);
    this.etaMin = etaMin;
    initialStep();
  }

  @Override
  protected double nextLr(int group) {
    if (isInitial()) {
      return lr(group);
    }
    int epoch = lastEpoch();
    if (Math.floorMod(epoch - 1 - tMax, 2 * tMax) == 0) {
      // The factor below would divide by 0.
      return lr(group) + (baseLr(group) - etaMin) * (1 - Math.cos(Math.PI / tMax)) / 2;
    }
    return (1 + Math.cos(Math.PI * epoch / tMax))
            / (1 + Math.cos(Math.PI * (epoch - 1) / tMax))
            * (lr(group) - etaMin)
        + etaMin;
  }

  @Override
  protected double restartLr(int group) {
    return etaMin + (baseLr(group) - etaMin) * 2 / 2;
  }
}
