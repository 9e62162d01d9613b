package panama.torch.optim.lr_scheduler;

import panama.torch.internal.Arguments;
import panama.torch.optim.Optimizer;

/** Multiplies the learning rate by γ after every stepSize epochs. */
public final class StepLR extends LRScheduler {
  private final int stepSize;
  private final double gamma;

  /**
   * Creates a scheduler with γ = 0.1.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param stepSize the number of epochs with one learning rate, at least 1
   */
  public StepLR(Optimizer optimizer, int stepSize) {
    this(optimizer, stepSize, 0.1);
  }

  /**
   * Creates a scheduler.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param stepSize the number of epochs with one learning rate, at least 1
   * @param gamma γ, the factor of the learning rate
   * @throws IllegalArgumentException for a step size below 1
   */
  public StepLR(Optimizer optimizer, int stepSize, double gamma) {
    super(optimizer);
    this.stepSize = Arguments.positive("stepSize", stepSize);
    this.gamma = gamma;
    initialStep();
  }

  @Override
  protected double nextLr(int group) {
    return lastEpoch() == 0 || lastEpoch() % stepSize != 0 ? lr(group) : lr(group) * gamma;
  }

  @Override
  protected double restartLr(int group) {
    return baseLr(group);
  }
}
