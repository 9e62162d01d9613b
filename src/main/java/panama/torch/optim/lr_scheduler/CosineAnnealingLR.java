package panama.torch.optim.lr_scheduler;

import panama.torch.optim.Optimizer;

/**
 * Down to a least rate along half a cosine, and up again: Loshchilov and Hutter, "SGDR: stochastic
 * gradient descent with warm restarts" (2017), without the restarts.
 *
 * <pre>
 *   lr = η + (lr_0 - η) (1 + cos(π epoch / T)) / 2
 * </pre>
 */
public final class CosineAnnealingLR extends LRScheduler {
  private final int tMax;
  private final double etaMin;

  /** Down to 0. */
  public CosineAnnealingLR(Optimizer optimizer, int tMax) {
    this(optimizer, tMax, 0);
  }

  /**
   * With another least rate.
   *
   * @param tMax T, epochs on the way down, at least 1
   * @param etaMin η, the least rate
   */
  public CosineAnnealingLR(Optimizer optimizer, int tMax, double etaMin) {
    super(optimizer);
    this.tMax = atLeast(1, "tMax", tMax);
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
