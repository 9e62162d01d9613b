package panama.torch.optim.lr_scheduler;

import java.util.Map;
import panama.torch.internal.Arguments;
import panama.torch.optim.Optimizer;

/**
 * Reduces the learning rate to a minimum along half a cosine, then restarts from the base learning
 * rate, with a longer period each time: Loshchilov and Hutter, "SGDR: stochastic gradient descent
 * with warm restarts" (2017).
 */
public final class CosineAnnealingWarmRestarts extends LRScheduler {
  private final int t0;
  private final int tMult;
  private final double etaMin;
  private double tCur = -1;
  private double tI;

  /**
   * Creates a scheduler with periods of equal length and a minimum of 0.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param t0 the number of epochs between two restarts, at least 1
   */
  public CosineAnnealingWarmRestarts(Optimizer optimizer, int t0) {
    this(optimizer, t0, 1);
  }

  /**
   * Creates a scheduler with a minimum of 0.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param t0 the number of epochs until the first restart, at least 1
   * @param tMult the factor by which the period grows at each restart, at least 1
   */
  public CosineAnnealingWarmRestarts(Optimizer optimizer, int t0, int tMult) {
    this(optimizer, t0, tMult, 0);
  }

  /**
   * Creates a scheduler.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param t0 the number of epochs until the first restart, at least 1
   * @param tMult the factor by which the period grows at each restart, at least 1
   * @param etaMin the smallest learning rate
   * @throws IllegalArgumentException when t0 or tMult is below 1
   */
  public CosineAnnealingWarmRestarts(Optimizer optimizer, int t0, int tMult, double etaMin) {
    super(optimizer);
    this.t0 = Arguments.positive("t0", t0);
    this.tMult = Arguments.positive("tMult", tMult);
    this.etaMin = etaMin;
    tI = t0;
    initialStep();
  }

  @Override
  public void step() {
    if (lastEpoch() < 0) {
      step(0);
      return;
    }
    setLastEpoch(lastEpoch() + 1);
    tCur++;
    if (tCur >= tI) {
      tCur %= tI;
      tI *= tMult;
    }
    setLearningRates(this::nextLr);
  }

  /**
   * Sets the learning rates of a fraction of an epoch, so that they change from batch to batch.
   *
   * @param epoch from 0 up, such as {@code epoch + (double) batch / batches}
   * @throws IllegalArgumentException unless it is finite and at least 0
   */
  public void step(double epoch) {
    Arguments.finiteNotNegative("epoch", epoch);
    if (epoch < t0) {
      tI = t0;
      tCur = epoch;
    } else if (tMult == 1) {
      tCur = epoch % t0;
    } else {
      int n = (int) (Math.log(epoch / t0 * (tMult - 1) + 1) / Math.log(tMult));
      double periods = Math.pow(tMult, n);
      tCur = epoch - t0 * (periods - 1) / (tMult - 1);
      tI = t0 * periods;
    }
    setLastEpoch((int) epoch);
    setLearningRates(this::nextLr);
  }

  @Override
  protected double nextLr(int group) {
    return etaMin + (baseLr(group) - etaMin) * (1 + Math.cos(Math.PI * tCur / tI)) / 2;
  }

  @Override
  protected void save(Map<String, Double> state) {
    state.put("T_cur", tCur);
    state.put("T_i", tI);
  }

  @Override
  protected void load(Map<String, Double> state) {
    tCur = state.get("T_cur");
    tI = state.get("T_i");
  }
}
