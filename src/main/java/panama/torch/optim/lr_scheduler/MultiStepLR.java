package panama.torch.optim.lr_scheduler;

import java.util.Arrays;
import panama.torch.optim.Optimizer;

/** Multiplies the learning rate by γ at each milestone. */
public final class MultiStepLR extends LRScheduler {
  private final int[] milestones;
  private final double gamma;

  /**
   * Creates a scheduler with γ = 0.1.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param milestones epochs, in any order; one that occurs twice counts twice
   */
  public MultiStepLR(Optimizer optimizer, int[] milestones) {
    this(optimizer, milestones, 0.1);
  }

  /**
   * Creates a scheduler.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param milestones epochs, in any order; one that occurs twice counts twice
   * @param gamma γ, the factor of the learning rate
   */
  public MultiStepLR(Optimizer optimizer, int[] milestones, double gamma) {
    super(optimizer);
    this.milestones = milestones.clone();
    this.gamma = gamma;
    initialStep();
  }

  @Override
  protected double nextLr(int group) {
    long count = Arrays.stream(milestones).filter(epoch -> epoch == lastEpoch()).count();
    return count == 0 ? lr(group) : lr(group) * Math.pow(gamma, (double) count);
  }

  @Override
  protected double restartLr(int group) {
    long count = Arrays.stream(milestones).filter(epoch -> epoch <= lastEpoch()).count();
    return baseLr(group) * Math.pow(gamma, (double) count);
  }
}
