package panama.torch.optim.lr_scheduler;

import java.util.List;
import java.util.Locale;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;

/**
 * Runs schedulers one after the other, each from its epoch 0:
 *
 * <pre>{@code
 * new SequentialLR(
 *     adam, List.of(new LinearLR(adam), new CosineAnnealingLR(adam, 95)), new int[] {5})
 * }</pre>
 */
public final class SequentialLR extends CompositeLRScheduler {
  private final int[] milestones;

  /**
   * Creates a scheduler that begins with the first of the given ones.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param schedulers of the optimizer, in their order
   * @param milestones the epochs at which the second and later schedulers begin, in increasing
   *     order
   * @throws IllegalArgumentException for another number of milestones, for schedulers of another
   *     optimizer, for a {@link ReduceLROnPlateau}, and for a scheduler that consists of others and
   *     is not the first
   */
  public SequentialLR(
      Optimizer optimizer, List<? extends LRScheduler> schedulers, int[] milestones) {
    super(optimizer, requireSome(schedulers));
    if (milestones.length != schedulers.size() - 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "milestones: expected %d, one fewer than the schedulers, got %d",
              schedulers.size() - 1,
              milestones.length));
    }
    for (LRScheduler later : schedulers.subList(1, schedulers.size())) {
      if (later instanceof CompositeLRScheduler) {
        throw new IllegalArgumentException(
            "schedulers: expected a %s only as the first, since it cannot restart"
                .formatted(later.getClass().getSimpleName()));
      }
    }
    this.milestones = milestones.clone();
    for (ParamGroup group : optimizer.paramGroups()) {
      group.set("lr", group.number("initial_lr"));
    }
    revertInitialStep();
    setLastEpoch(0);
    schedulers.get(indexAt(0)).initialStep();
    readLastLrs();
  }

  /** Returns the index of the scheduler that is in charge of an epoch. */
  private int indexAt(int epoch) {
    int index = 0;
    while (index < milestones.length && milestones[index] <= epoch) {
      index++;
    }
    return index;
  }

  @Override
  public void step() {
    int epoch = lastEpoch() + 1;
    setLastEpoch(epoch);
    int index = indexAt(epoch);
    if (index > 0 && milestones[index - 1] == epoch) {
      schedulers.get(index).restart();
    } else {
      schedulers.get(index).step();
    }
    readLastLrs();
  }
}
