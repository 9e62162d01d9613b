package panama.torch.optim.lr_scheduler;

import panama.torch.optim.Optimizer;

/** Multiplies the learning rate by γ after every epoch. */
public final class ExponentialLR extends LRScheduler {
  private final double gamma;

  /**
   * Creates a scheduler.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param gamma γ, the factor of the learning rate
   */
  public ExponentialLR(Optimizer optimizer, double gamma) {
    super(optimizer);
    this.gamma = gamma;
    initialStep();
  }

  @Override
  protected double nextLr(int group) {
    return isInitial() ? lr(group) : lr(group) * gamma;
  }

  @Override
  protected double restartLr(int group) {
    return baseLr(group);
  }
}
