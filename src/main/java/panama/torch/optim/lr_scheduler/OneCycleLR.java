package panama.torch.optim.lr_scheduler;

import panama.torch.optim.Adam;

/**
 * The learning rate up to a maximum and down to almost nothing, along two half cosines, β1 against
 * it: Smith and Topin, "Super-convergence" (2017). Defaults are PyTorch's: up for 30 % of the
 * steps, from 1/25 of the maximum, down to 1/10⁴ of where it began; β1 between 0.95 and 0.85.
 */
public final class OneCycleLR {
  private static final double PCT_START = 0.3;
  private static final double DIV_FACTOR = 25;
  private static final double FINAL_DIV_FACTOR = 1e4;
  private static final double BASE_MOMENTUM = 0.85;
  private static final double MAX_MOMENTUM = 0.95;

  private final Adam optimizer;
  private final double maxLr;
  private final int totalSteps;
  private int step;

  /**
   * Sets the rate of the first step.
   *
   * @param maxLr the highest rate
   * @param totalSteps the number of optimizer steps, at least 1
   */
  public OneCycleLR(Adam optimizer, double maxLr, int totalSteps) {
    if (totalSteps < 1) {
      throw new IllegalArgumentException("totalSteps: expected at least 1, got " + totalSteps);
    }
    this.optimizer = optimizer;
    this.maxLr = maxLr;
    this.totalSteps = totalSteps;
    apply();
  }

  /**
   * Sets the rate of the next step; to be called after each step of the optimizer.
   *
   * @throws IllegalStateException after more than totalSteps calls
   */
  public void step() {
    if (step == totalSteps) {
      throw new IllegalStateException(
          "step: the schedule has %d steps, and all are done".formatted(totalSteps));
    }
    step++;
    if (step < totalSteps) {
      apply();
    }
  }

  private void apply() {
    double initial = maxLr / DIV_FACTOR;
    double top = PCT_START * totalSteps - 1;
    if (top > 0 && step <= top) {
      set(anneal(initial, maxLr, step / top), anneal(MAX_MOMENTUM, BASE_MOMENTUM, step / top));
    } else {
      double down = (step - top) / (totalSteps - 1 - top);
      set(
          anneal(maxLr, initial / FINAL_DIV_FACTOR, down),
          anneal(BASE_MOMENTUM, MAX_MOMENTUM, down));
    }
  }

  private void set(double lr, double beta1) {
    optimizer.setLr(lr);
    optimizer.setBeta1(beta1);
  }

  private static double anneal(double from, double to, double share) {
    return to + (from - to) / 2 * (1 + Math.cos(Math.PI * share));
  }
}
