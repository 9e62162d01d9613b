package panama.torch.optim.lr_scheduler;

import java.util.List;

/** Schedules all at once: each changes the rate that the one before it left. */
public final class ChainedScheduler extends CompositeLRScheduler {
  /**
   * Of schedules of one optimizer.
   *
   * @throws IllegalArgumentException for none, or schedules of several optimizers
   */
  public ChainedScheduler(List<LRScheduler> schedulers) {
    super(some(schedulers).getFirst().optimizer(), schedulers);
    takeLastLrs();
  }

  @Override
  public void step() {
    schedulers.forEach(LRScheduler::step);
    takeLastLrs();
  }
}
