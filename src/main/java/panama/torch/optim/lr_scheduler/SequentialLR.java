package panama.torch.optim.lr_scheduler;

import java.util.List;
import java.util.Locale;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;

/**
 * Schedules one after the other, each from its epoch 0:
 *
 * <pre>{@code
 * new SequentialLR(
 *     adam, List.of(new LinearLR(adam), new CosineAnnealingLR(adam, 95)), new int[] {5})
 * }</pre>
 */
public final class SequentialLR extends CompositeLRScheduler {
  private final int[] milestones;

  /**
   * With the epochs at which they change.
   *
   * @param milestones increasing, one fewer than the schedules
   * @throws IllegalArgumentException for another number of milestones, schedules of another
   *     optimizer, or one made of others that is not the first
   */
  public SequentialLR(Optimizer optimizer, List<LRScheduler> schedulers, int[] milestones) {
    super(optimizer, some(schedulers));
    if (milestones.length != schedulers.size() - 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "milestones: expected %d, one fewer than the schedules, got %d",
              schedulers.size() - 1,
              milestones.length));
    }
    for (LRScheduler later : schedulers.subList(1, schedulers.size())) {
      if (later instanceof CompositeLRScheduler) {
        throw new IllegalArgumentException(
            "schedulers: expected a %s only as the first, since it cannot begin anew"
                .formatted(later.getClass().getSimpleName()));
      }
    }
    this.milestones = milestones.clone();
    for (ParamGroup group : optimizer.paramGroups()) {
      group.set("lr", group.number("initial_lr"));
    }
    undo();
    setLastEpoch(0);
    schedulers.get(indexAt(0)).initialStep();
    takeLastLrs();
  }

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
    takeLastLrs();
  }
}
