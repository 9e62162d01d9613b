package panama.torch.optim.lr_scheduler;

import java.util.Map;
import panama.torch.optim.Optimizer;

/**
 * Down to a least rate along half a cosine, then back to the first rate, each time over more
 * epochs: Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts" (2017).
 */
public final class CosineAnnealingWarmRestarts extends LRScheduler {
  private final int t0;
  private final int tMult;
  private final double etaMin;
  private double tCur = -1;
  private double tI;

  /** Restarts after every t0 epochs; down to 0. */
  public CosineAnnealingWarmRestarts(Optimizer optimizer, int t0) {
    this(optimizer, t0, 1, 0);
  }

  /**
   * With other options.
   *
   * @param t0 epochs until the first restart, at least 1
   * @param tMult by which the epochs are multiplied at each restart, at least 1
   * @param etaMin the least rate
   */
  public CosineAnnealingWarmRestarts(Optimizer optimizer, int t0, int tMult, double etaMin) {
    super(optimizer);
    this.t0 = atLeast(1, "t0", t0);
    this.tMult = atLeast(1, "tMult", tMult);
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
    apply(this::nextLr);
  }

  /**
   * Sets the rates of a moment within an epoch, such as epoch + batch / batches.
   *
   * @throws IllegalArgumentException below 0
   */
  public void step(double epoch) {
    if (!(epoch >= 0)) {
      throw new IllegalArgumentException("epoch: expected a number from 0 up, got " + epoch);
    }
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
    apply(this::nextLr);
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
