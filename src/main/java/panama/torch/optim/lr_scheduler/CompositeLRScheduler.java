package panama.torch.optim.lr_scheduler;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import panama.torch.optim.Optimizer;

/** The base class of schedulers that consist of other schedulers of the same optimizer. */
abstract sealed class CompositeLRScheduler extends LRScheduler
    permits ChainedScheduler, SequentialLR {
  final List<LRScheduler> schedulers;

  CompositeLRScheduler(Optimizer optimizer, List<? extends LRScheduler> schedulers) {
    super(optimizer);
    this.schedulers = List.copyOf(schedulers);
    for (int i = 0; i < schedulers.size(); i++) {
      if (schedulers.get(i).optimizer() != optimizer) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "schedulers: expected all to belong to one optimizer, got another at index %d",
                i));
      }
      if (schedulers.get(i) instanceof ReduceLROnPlateau) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "schedulers: expected schedulers that step without a metric, got a"
                    + " ReduceLROnPlateau at index %d; call its step(metric) beside this scheduler",
                i));
      }
    }
  }

  /** Returns the schedulers if there are any. */
  static <S extends LRScheduler> List<S> requireSome(List<S> schedulers) {
    if (schedulers.isEmpty()) {
      throw new IllegalArgumentException("schedulers: expected at least one, got none");
    }
    return schedulers;
  }

  /** Reverts the steps of the parts; the epoch of the whole stays, as in PyTorch. */
  @Override
  final void revertInitialStep() {
    schedulers.forEach(LRScheduler::revertInitialStep);
  }

  @Override
  protected final double nextLr(int group) {
    throw new IllegalStateException(
        "a scheduler that consists of others can only be the first in a SequentialLR");
  }

  private void forEach(BiConsumer<String, LRScheduler> action) {
    for (int i = 0; i < schedulers.size(); i++) {
      action.accept("_schedulers." + i + ".", schedulers.get(i));
    }
  }

  @Override
  final Map<String, Double> absentInPython() {
    Map<String, Double> absent = new HashMap<>();
    stateDict()
        .forEach(
            (name, value) -> {
              if (name.startsWith(BASE_LRS) || name.equals(LAST_EPOCH)) {
                absent.put(name, value);
              }
            });
    forEach(
        (prefix, part) ->
            part.absentInPython().forEach((name, value) -> absent.put(prefix + name, value)));
    return absent;
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
