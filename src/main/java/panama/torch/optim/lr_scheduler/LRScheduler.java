package panama.torch.optim.lr_scheduler;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import panama.torch.ArgumentException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.internal.NestedStateDict;
import panama.torch.internal.PythonRepr;
import panama.torch.internal.StateDictErrors;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;

/**
 * The base class of all learning rate schedulers, which set the learning rate of each parameter
 * group of an optimizer. The constructor sets the learning rate of epoch 0. Each {@link #step}, to
 * be called after the steps of the optimizer, begins the next epoch and sets its learning rate. An
 * epoch is the time between two steps of the scheduler: an epoch of training, or a batch.
 *
 * <p>Learning rates are computed as in PyTorch, by most schedulers from the previous learning rate,
 * so that several schedulers can change one optimizer.
 *
 * <h2>Writing a scheduler</h2>
 *
 * <p>Extend this class, in any package: keep the options in fields, call {@link #initialStep} at
 * the end of the constructor, and return the learning rate of each epoch from {@link #nextLr}:
 *
 * <pre>{@code
 * public final class InverseLR extends LRScheduler {
 *   public InverseLR(Optimizer optimizer) {
 *     super(optimizer);
 *     initialStep();
 *   }
 *
 *   @Override
 *   protected double nextLr(int group) {
 *     return baseLr(group) / (1 + lastEpoch());
 *   }
 * }
 * }</pre>
 *
 * <p>A scheduler with more state than the epoch and the learning rates overrides {@link #save} and
 * {@link #load}.
 */
public abstract class LRScheduler {
  private static final String INITIAL_LR = "initial_lr";
  static final String LAST_EPOCH = "last_epoch";
  static final String BASE_LRS = "base_lrs.";
  private static final String LAST_LR = "_last_lr.";

  private final Optimizer optimizer;
  private final int groupCount;
  private double[] baseLrs;
  private double[] lastLrs;
  private int lastEpoch = -1;
  private boolean initial;

  /**
   * Creates a scheduler that has not begun; the subclass calls {@link #initialStep}. The option
   * {@code initial_lr} of each group, which is its learning rate unless an earlier scheduler has
   * set it, becomes the {@linkplain #baseLr base learning rate}.
   *
   * @param optimizer with all its groups: later ones are refused by {@link #step}
   */
  protected LRScheduler(Optimizer optimizer) {
    this(optimizer, initialLrs(optimizer));
  }

  LRScheduler(Optimizer optimizer, double[] baseLrs) {
    this.optimizer = optimizer;
    this.baseLrs = baseLrs.clone();
    groupCount = optimizer.paramGroups().size();
    lastLrs = learningRates(optimizer);
  }

  private static double[] initialLrs(Optimizer optimizer) {
    for (ParamGroup group : optimizer.paramGroups()) {
      if (!group.has(INITIAL_LR)) {
        group.set(INITIAL_LR, group.lr());
      }
    }
    return optimizer.paramGroups().stream()
        .mapToDouble(group -> group.number(INITIAL_LR))
        .toArray();
  }

  private static double[] learningRates(Optimizer optimizer) {
    return optimizer.paramGroups().stream().mapToDouble(ParamGroup::lr).toArray();
  }

  /** Begins epoch 0 and sets its learning rates; to be called at the end of the constructor. */
  protected final void initialStep() {
    initial = true;
    step();
    initial = false;
  }

  /**
   * Returns the learning rate of a group in epoch {@link #lastEpoch}, which begins. {@link #lr} is
   * still the learning rate of the epoch before, in the constructor that of the optimizer.
   *
   * @param group the index of the group
   */
  protected abstract double nextLr(int group);

  /**
   * Returns the learning rate of a group when this scheduler begins within a {@link SequentialLR}.
   * {@link #lastEpoch} is 0 then, and {@link #lr} is what the scheduler before has left, so that
   * the result should depend on {@link #baseLr}. By default {@link #nextLr}.
   *
   * @param group the index of the group
   */
  protected double restartLr(int group) {
    return nextLr(group);
  }

  /**
   * Begins the next epoch and sets its learning rates; to be called after the steps of the
   * optimizer.
   *
   * @throws IllegalStateException when the optimizer has more groups than when this was created
   */
  public void step() {
    lastEpoch++;
    setLearningRates(this::nextLr);
  }

  /** Begins epoch 0 again, within a SequentialLR. */
  void restart() {
    lastEpoch = 0;
    setLearningRates(this::restartLr);
  }

  /** Reverts the step of the constructor, for a SequentialLR that begins with another scheduler. */
  void revertInitialStep() {
    lastEpoch--;
  }

  final void setLastEpoch(int epoch) {
    lastEpoch = epoch;
  }

  final void setLearningRates(IntToDoubleFunction lr) {
    List<ParamGroup> groups = optimizer.paramGroups();
    if (groups.size() != groupCount) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "step: expected the %d groups that the optimizer had when the scheduler was created,"
                  + " got %d; add all groups before creating the scheduler",
              groupCount,
              groups.size()));
    }
    for (int i = 0; i < groups.size(); i++) {
      groups.get(i).set("lr", lr.applyAsDouble(i));
    }
    readLastLrs();
  }

  final void readLastLrs() {
    lastLrs = learningRates(optimizer);
  }

  /** Returns the optimizer. */
  public final Optimizer optimizer() {
    return optimizer;
  }

  /** Returns the epoch that the last {@link #step} began; 0 before the first. */
  public final int lastEpoch() {
    return lastEpoch;
  }

  /** Returns the learning rates that this scheduler set last, one for each group. */
  public final List<Double> lastLr() {
    return Arrays.stream(lastLrs).boxed().toList();
  }

  /**
   * Returns the learning rate that a group had before any scheduler changed it.
   *
   * @param group the index of the group
   */
  protected final double baseLr(int group) {
    return baseLrs[group];
  }

  final void setBaseLrs(double[] lrs) {
    baseLrs = lrs.clone();
  }

  /**
   * Returns the current learning rate of a group.
   *
   * @param group the index of the group
   */
  protected final double lr(int group) {
    return optimizer.paramGroups().get(group).lr();
  }

  /** Returns whether the current step is that of {@link #initialStep}. */
  protected final boolean isInitial() {
    return initial;
  }

  // State

  /**
   * Returns the state under PyTorch's names; elements of lists have their index after a dot. The
   * options of the constructor and the current learning rates are not part of it: the former are
   * given again, the latter belong to the optimizer's state dict.
   */
  public final Map<String, Double> stateDict() {
    Map<String, Double> state = new LinkedHashMap<>();
    state.put(LAST_EPOCH, (double) lastEpoch);
    for (int i = 0; i < baseLrs.length; i++) {
      state.put(BASE_LRS + i, baseLrs[i]);
    }
    for (int i = 0; i < lastLrs.length; i++) {
      state.put(LAST_LR + i, lastLrs[i]);
    }
    save(state);
    return state;
  }

  /**
   * Loads the state of a scheduler that was created with the same options. Load the state of the
   * optimizer, too: it has the learning rates. Create the scheduler before either is loaded.
   *
   * @param state a state returned by {@link #stateDict}
   * @throws ArgumentException naming all missing and unexpected entries; nothing is changed then
   */
  public final void loadStateDict(Map<String, Double> state) {
    StateDictErrors errors = new StateDictErrors();
    errors.compareNames(stateDict(), state);
    errors.throwIfAny(
        "the state dict does not fit %s; expected one of this class with as many parameter groups"
            .formatted(PythonRepr.name(getClass())),
        ArgumentException::new);
    lastEpoch = state.get(LAST_EPOCH).intValue();
    for (int i = 0; i < baseLrs.length; i++) {
      baseLrs[i] = state.get(BASE_LRS + i);
    }
    for (int i = 0; i < lastLrs.length; i++) {
      lastLrs[i] = state.get(LAST_LR + i);
    }
    load(state);
  }

  /**
   * Returns the state nested in maps and lists as in PyTorch's {@code scheduler.state_dict()}, for
   * {@link Torch#save}. A scheduler of Python that was created with the same options continues from
   * it.
   */
  public final Map<String, Object> nestedStateDict() {
    Map<String, Object> flat = new LinkedHashMap<>(stateDict());
    flat.replaceAll(
        (name, value) ->
            name.endsWith(LAST_EPOCH) && value instanceof Double epoch ? epoch.longValue() : value);
    flat.put("_step_count", lastEpoch + 1L);
    return NestedStateDict.nest(flat);
  }

  /**
   * Loads a state dict that PyTorch's {@code scheduler.state_dict()} or {@link #nestedStateDict}
   * returned, as {@link Torch#load} reads it. See {@link #loadStateDict}. The options that PyTorch
   * saves with it are not read: create the scheduler with the same ones.
   *
   * @param state with lists of numbers, such as {@code base_lrs}
   * @throws ArgumentException naming all entries that are missing or no numbers; nothing is changed
   *     then
   */
  public final void loadNestedStateDict(Map<String, ?> state) {
    Map<String, Object> flat = NestedStateDict.flatten(state);
    Map<String, Double> own = new LinkedHashMap<>(absentInPython());
    StateDictErrors errors = new StateDictErrors();
    for (String name : stateDict().keySet()) {
      switch (flat.get(name)) {
        case null -> {} // absent in Python too, or missing
        case Number number -> own.put(name, number.doubleValue());
        case Tensor tensor when tensor.numel() == 1 -> own.put(name, tensor.item());
        case Object other -> errors.mismatch(name, "a number", other.getClass().getSimpleName());
      }
    }
    errors.throwIfAny("state: expected PyTorch's scheduler.state_dict()", ArgumentException::new);
    loadStateDict(own);
  }

  /** Returns the entries that PyTorch's state does not have. They stay as they are. */
  Map<String, Double> absentInPython() {
    return Map.of();
  }

  /**
   * Adds the state that a subclass has beyond the epoch and the learning rates. By default there is
   * none.
   *
   * @param state takes the entries, by PyTorch's names
   */
  protected void save(Map<String, Double> state) {}

  /**
   * Loads what {@link #save} added.
   *
   * @param state with all of these entries
   */
  protected void load(Map<String, Double> state) {}

  /** Returns the epoch and the learning rates: {@code StepLR(last_epoch=3, last_lr=[0.01])}. */
  @Override
  public final String toString() {
    return "%s(last_epoch=%s, last_lr=%s%s)"
        .formatted(PythonRepr.name(getClass()), lastEpoch, lastLr(), extraState());
  }

  /** Returns more state to print, with a comma before it. */
  String extraState() {
    return "";
  }

  // For subclasses

  /** Returns one value for each group, given one for all groups or one for each. */
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
   * Sets the momentum of each group to its maximum, and its options {@code base_momentum} and
   * {@code max_momentum}, as in PyTorch.
   *
   * @throws IllegalArgumentException when the optimizer has no momentum
   */
  static void startMomentumCycle(Optimizer optimizer, double[] base, double[] max) {
    double[] bases = perGroup("baseMomentum", optimizer, base);
    double[] maxima = perGroup("maxMomentum", optimizer, max);
    for (int i = 0; i < bases.length; i++) {
      ParamGroup group = optimizer.paramGroups().get(i);
      if (!group.hasMomentum()) {
        throw new IllegalArgumentException(
            "optimizer: expected one with momentum or betas to cycle, got %s; use .cycleMomentum(false)"
                .formatted(PythonRepr.name(optimizer.getClass())));
      }
      group.setMomentum(maxima[i]);
      group.set("max_momentum", maxima[i]);
      group.set("base_momentum", bases[i]);
    }
  }
}
