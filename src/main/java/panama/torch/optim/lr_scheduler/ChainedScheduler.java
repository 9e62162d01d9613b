package panama.torch.optim.lr_scheduler;

import java.util.List;

/**
 * Steps several schedulers together, each of which changes the learning rate that the one before it
 * has set.
 */
public final class ChainedScheduler extends CompositeLRScheduler {
  /**
   * Creates a scheduler from others of one optimizer.
   *
   * @param schedulers in the order in which they step
   * @throws IllegalArgumentException for no schedulers, for schedulers of several optimizers, and
   *     for a {@link ReduceLROnPlateau}
   */
  public ChainedScheduler(List<? extends LRScheduler> schedulers) {
    super(requireSome(schedulers).getFirst().optimizer(), schedulers);
    readLastLrs();
  }

  @Override
  public void step() {
    schedulers.forEach(LRScheduler::step);
    readLastLrs();
  }
}
