package panama.torch.optim.lr_scheduler;

import java.util.Arrays;
import panama.torch.optim.Optimizer;

/** The rate times γ at each milestone. */
public final class MultiStepLR extends LRScheduler {
  private final int[] milestones;
  private final double gamma;

  /** With γ = 0.1. */
  public MultiStepLR(Optimizer optimizer, int[] milestones) {
    this(optimizer, milestones, 0.1);
  }

  /**
   * With another γ.
   *
   * @param milestones epochs, in any order; one that stands twice counts twice
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
