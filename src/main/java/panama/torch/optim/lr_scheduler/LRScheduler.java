package panama.torch.optim.lr_scheduler;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;

/**
 * A schedule of the learning rates of an optimizer, group by group. Making one sets the rate of the
 * first epoch; {@link #step}, after those of the optimizer, sets the next. An epoch is whatever
 * lies between two steps of the schedule.
 *
 * <p>Rates are computed as PyTorch computes them, most from the rate before, so that schedules can
 * be chained. To write one, extend this, keep the options in fields, and end the constructor with
 * {@link #initialStep}:
 *
 * <pre>{@code
 * final class InverseLR extends LRScheduler {
 *   InverseLR(Optimizer optimizer) {
 *     super(optimizer);
 *     initialStep();
 *   }
 *
 *   protected double nextLr(int group) {
 *     return baseLr(group) / (1 + lastEpoch());
 *   }
 * }
 * }</pre>
 */
public abstract class LRScheduler {
  private static final String INITIAL_LR = "initial_lr";

  private final Optimizer optimizer;
  private double[] baseLrs;
  private double[] lastLrs;
  private int lastEpoch = -1;
  private boolean initial;

  /** For an optimizer whose groups are all there. */
  protected LRScheduler(Optimizer optimizer) {
    this.optimizer = optimizer;
    for (ParamGroup group : optimizer.paramGroups()) {
      if (!group.has(INITIAL_LR)) {
        group.set(INITIAL_LR, group.lr());
      }
    }
    baseLrs =
        optimizer.paramGroups().stream().mapToDouble(group -> group.number(INITIAL_LR)).toArray();
    lastLrs = baseLrs.clone();
  }

  /** Sets the rate of epoch 0. */
  protected final void initialStep() {
    initial = true;
    step();
    initial = false;
  }

  /**
   * The rate of a group at {@link #lastEpoch}, the epoch that begins, while its {@link #lr} is
   * still that of the epoch before.
   */
  protected abstract double nextLr(int group);

  /** The rate of a group when a SequentialLR comes to this schedule, at epoch 0. */
  protected double restartLr(int group) {
    return nextLr(group);
  }

  /** Sets the rates of the next epoch. */
  public void step() {
    lastEpoch++;
    apply(this::nextLr);
  }

  /** Begins anew in a SequentialLR. */
  void restart() {
    lastEpoch = 0;
    apply(this::restartLr);
  }

  /**
   * Takes the step of the constructor back, for a SequentialLR that begins with another schedule.
   */
  void undo() {
    lastEpoch--;
  }

  final void setLastEpoch(int epoch) {
    lastEpoch = epoch;
  }

  final void apply(IntToDoubleFunction rate) {
    List<ParamGroup> groups = optimizer.paramGroups();
    if (groups.size() != baseLrs.length) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "step: expected the %d groups that the optimizer had when the schedule was made, got"
                  + " %d; add groups first",
              baseLrs.length,
              groups.size()));
    }
    for (int i = 0; i < groups.size(); i++) {
      groups.get(i).set("lr", rate.applyAsDouble(i));
    }
    takeLastLrs();
  }

  final void takeLastLrs() {
    lastLrs = optimizer.paramGroups().stream().mapToDouble(ParamGroup::lr).toArray();
  }

  /** The optimizer. */
  public final Optimizer optimizer() {
    return optimizer;
  }

  /** The epoch that {@link #step} began last, from 0. */
  public final int lastEpoch() {
    return lastEpoch;
  }

  /** The rates that this schedule set last, one for each group. */
  public final List<Double> lastLr() {
    return Arrays.stream(lastLrs).boxed().toList();
  }

  /** The rate that a group had before any schedule. */
  protected final double baseLr(int group) {
    return baseLrs[group];
  }

  final void setBaseLrs(double[] rates) {
    baseLrs = rates.clone();
  }

  /** The present rate of a group. */
  protected final double lr(int group) {
    return optimizer.paramGroups().get(group).lr();
  }

  /** Whether this is the step of the constructor. */
  protected final boolean isInitial() {
    return initial;
  }

  // State

  /**
   * Where the schedule is, by PyTorch's names, lists with the index after a dot. The options are
   * not part of it: {@link #loadStateDict} is for a schedule made with the same ones.
   */
  public final Map<String, Double> stateDict() {
    Map<String, Double> state = new LinkedHashMap<>();
    state.put("last_epoch", (double) lastEpoch);
    for (int i = 0; i < baseLrs.length; i++) {
      state.put("base_lrs." + i, baseLrs[i]);
      state.put("_last_lr." + i, lastLrs[i]);
    }
    save(state);
    return state;
  }

  /**
   * Goes on where another schedule was. The present rates are the optimizer's to load.
   *
   * @throws IllegalArgumentException naming every missing and unexpected entry; nothing is changed
   *     then
   */
  public final void loadStateDict(Map<String, Double> state) {
    checkNames(getClass(), stateDict(), state);
    lastEpoch = state.get("last_epoch").intValue();
    for (int i = 0; i < baseLrs.length; i++) {
      baseLrs[i] = state.get("base_lrs." + i);
      lastLrs[i] = state.get("_last_lr." + i);
    }
    load(state);
  }

  static void checkNames(Class<?> type, Map<String, Double> own, Map<String, Double> given) {
    if (!own.keySet().equals(given.keySet())) {
      var missing = new TreeSet<>(own.keySet());
      missing.removeAll(given.keySet());
      var unexpected = new TreeSet<>(given.keySet());
      unexpected.removeAll(own.keySet());
      throw new IllegalArgumentException(
          "the state dict does not fit %s: missing %s, unexpected %s"
              .formatted(name(type), missing, unexpected));
    }
  }

  /** Adds what a schedule remembers beyond the epoch and the rates. By default nothing. */
  protected void save(Map<String, Double> state) {}

  /** Takes back what {@link #save} added. */
  protected void load(Map<String, Double> state) {}

  /** The epoch and the rates, such as {@code StepLR(last_epoch=3, last_lr=[0.01])}. */
  @Override
  public final String toString() {
    return "%s(last_epoch=%s, last_lr=%s)".formatted(name(getClass()), lastEpoch, lastLr());
  }

  /** An anonymous class has no simple name. */
  private static String name(Class<?> type) {
    String simple = type.getSimpleName();
    return simple.isEmpty()
        ? type.getName().substring(type.getName().lastIndexOf('.') + 1)
        : simple;
  }

  // Checks

  static int atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s: expected at least %d, got %d", name, least, value));
    }
    return value;
  }

  static double share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + ": expected a number from 0 to 1, got " + value);
    }
    return value;
  }

  static double positiveShare(String name, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          name + ": expected a number above 0, up to 1, got " + value);
    }
    return value;
  }

  /** One value for all groups, or as many as there are groups. */
  static double[] perGroup(String name, Optimizer optimizer, double... values) {
    int groups = optimizer.paramGroups().size();
    if (values.length != 1 && values.length != groups) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: expected one value, or one for each of the %d parameter groups, got %d",
              name,
              groups,
              values.length));
    }
    double[] all = new double[groups];
    for (int i = 0; i < groups; i++) {
      all[i] = values[values.length == 1 ? 0 : i];
    }
    return all;
  }

  /**
   * Puts the momenta to cycle into the groups, as PyTorch does.
   *
   * @throws IllegalArgumentException when the optimizer has none
   */
  static void startMomentum(Optimizer optimizer, double[] base, double[] max) {
    double[] bases = perGroup("baseMomentum", optimizer, base);
    double[] maxima = perGroup("maxMomentum", optimizer, max);
    for (int i = 0; i < bases.length; i++) {
      ParamGroup group = optimizer.paramGroups().get(i);
      if (!group.hasMomentum()) {
        throw new IllegalArgumentException(
            "optimizer: expected one with momentum or betas to cycle, got %s; use .cycleMomentum(false)"
                .formatted(optimizer.getClass().getSimpleName()));
      }
      group.setMomentum(maxima[i]);
      group.set("max_momentum", maxima[i]);
      group.set("base_momentum", bases[i]);
    }
  }
}
