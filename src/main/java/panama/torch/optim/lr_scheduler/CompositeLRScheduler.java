package panama.torch.optim.lr_scheduler;

import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import panama.torch.optim.Optimizer;

/** A schedule made of others. */
abstract sealed class CompositeLRScheduler extends LRScheduler
    permits ChainedScheduler, SequentialLR {
  final List<LRScheduler> schedulers;

  CompositeLRScheduler(Optimizer optimizer, List<LRScheduler> schedulers) {
    super(optimizer);
    this.schedulers = List.copyOf(schedulers);
    for (int i = 0; i < schedulers.size(); i++) {
      if (schedulers.get(i).optimizer() != optimizer) {
        throw new IllegalArgumentException(
            "schedulers: expected all to belong to one optimizer, got another at " + i);
      }
    }
  }

  static List<LRScheduler> some(List<LRScheduler> schedulers) {
    if (schedulers.isEmpty()) {
      throw new IllegalArgumentException("schedulers: expected at least one, got none");
    }
    return schedulers;
  }

  /** Undone is what the parts did; the whole counts on, as in PyTorch. */
  @Override
  final void undo() {
    schedulers.forEach(LRScheduler::undo);
  }

  @Override
  protected final double nextLr(int group) {
    throw new IllegalStateException(
        "a schedule made of others can only come first in a SequentialLR");
  }

  private void forEach(BiConsumer<String, LRScheduler> action) {
    for (int i = 0; i < schedulers.size(); i++) {
      action.accept("_schedulers." + i + ".", schedulers.get(i));
    }
  }

  @Override
  protected final void save(Map<String, Double> state) {
    forEach(
        (prefix, part) ->
            part.stateDict().forEach((name, value) -> state.put(prefix + name, value)));
  }

  @Override
  protected final void load(Map<String, Double> state) {
    forEach(
        (prefix, part) ->
            part.loadStateDict(
                state.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(prefix))
                    .collect(
                        Collectors.toMap(
                            entry -> entry.getKey().substring(prefix.length()),
                            Map.Entry::getValue))));
  }
}
