package panama.torch.optim.lr_scheduler;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;

/**
 * The rate times a factor when a metric has stopped improving:
 *
 * <pre>{@code
 * var schedule = ReduceLROnPlateau.builder(adam).patience(3).build();
 * schedule.step(validationLoss);   // after every epoch
 * }</pre>
 *
 * <p>No {@link LRScheduler}, since a step needs the metric: it takes no part in chains.
 */
public final class ReduceLROnPlateau {
  /** What is better. */
  public enum Mode {
    /** Less, of a loss. */
    MIN,
    /** More, of an accuracy. */
    MAX
  }

  /** What the threshold is. */
  public enum ThresholdMode {
    /** A share of the best. */
    REL,
    /** A difference from the best. */
    ABS
  }

  private final Builder options;
  private final double[] minLrs;
  private double[] lastLrs;
  private int lastEpoch;
  private double best;
  private int cooldownCounter;
  private int numBadEpochs;

  private ReduceLROnPlateau(Builder options) {
    this.options = options;
    minLrs = LRScheduler.perGroup("minLr", options.optimizer, options.minLr);
    lastLrs = rates();
    best = options.mode == Mode.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
  }

  /** Starts from PyTorch's defaults. */
  public static Builder builder(Optimizer optimizer) {
    return new Builder(optimizer);
  }

  /** The options. */
  public static final class Builder {
    private final Optimizer optimizer;
    private Mode mode = Mode.MIN;
    private double factor = 0.1;
    private int patience = 10;
    private double threshold = 1e-4;
    private ThresholdMode thresholdMode = ThresholdMode.REL;
    private int cooldown;
    private double[] minLr = {0};
    private double eps = 1e-8;

    private Builder(Optimizer optimizer) {
      this.optimizer = optimizer;
    }

    /** Default: {@link Mode#MIN}. */
    public Builder mode(Mode mode) {
      this.mode = mode;
      return this;
    }

    /** By which the rate is multiplied, below 1. Default: 0.1. */
    public Builder factor(double factor) {
      if (!(factor < 1)) {
        throw new IllegalArgumentException("factor: expected below 1, got " + factor);
      }
      this.factor = factor;
      return this;
    }

    /** Epochs without improvement that are let pass. Default: 10. */
    public Builder patience(int patience) {
      this.patience = LRScheduler.atLeast(0, "patience", patience);
      return this;
    }

    /** What counts as improvement. Default: 1e-4. */
    public Builder threshold(double threshold) {
      this.threshold = threshold;
      return this;
    }

    /** Default: {@link ThresholdMode#REL}. */
    public Builder thresholdMode(ThresholdMode thresholdMode) {
      this.thresholdMode = thresholdMode;
      return this;
    }

    /** Epochs after a change that do not count. Default: 0. */
    public Builder cooldown(int cooldown) {
      this.cooldown = LRScheduler.atLeast(0, "cooldown", cooldown);
      return this;
    }

    /** The lowest rate, one for all groups or one for each. Default: 0. */
    public Builder minLr(double... minLr) {
      this.minLr = minLr.clone();
      return this;
    }

    /** Changes that are not larger are not made. Default: 1e-8. */
    public Builder eps(double eps) {
      this.eps = eps;
      return this;
    }

    /**
     * The schedule.
     *
     * @throws IllegalArgumentException for as many lowest rates as there are no groups
     */
    public ReduceLROnPlateau build() {
      return new ReduceLROnPlateau(this);
    }
  }

  /** Takes note of the metric of an epoch, and sets the rates of the next. */
  public void step(double metric) {
    lastEpoch++;
    if (isBetter(metric)) {
      best = metric;
      numBadEpochs = 0;
    } else {
      numBadEpochs++;
    }
    if (cooldownCounter > 0) {
      cooldownCounter--;
      numBadEpochs = 0;
    }
    if (numBadEpochs > options.patience) {
      reduce();
      cooldownCounter = options.cooldown;
      numBadEpochs = 0;
    }
    lastLrs = rates();
  }

  private boolean isBetter(double metric) {
    boolean relative = options.thresholdMode == ThresholdMode.REL;
    return switch (options.mode) {
      case MIN -> metric < (relative ? best * (1 - options.threshold) : best - options.threshold);
      case MAX -> metric > (relative ? best * (options.threshold + 1) : best + options.threshold);
    };
  }

  private void reduce() {
    List<ParamGroup> groups = options.optimizer.paramGroups();
    if (groups.size() != minLrs.length) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "step: expected the %d groups that the optimizer had when the schedule was made, got"
                  + " %d; add groups first",
              minLrs.length,
              groups.size()));
    }
    for (int i = 0; i < minLrs.length; i++) {
      double before = groups.get(i).lr();
      double after = Math.max(before * options.factor, minLrs[i]);
      if (before - after > options.eps) {
        groups.get(i).set("lr", after);
      }
    }
  }

  private double[] rates() {
    return options.optimizer.paramGroups().stream().mapToDouble(ParamGroup::lr).toArray();
  }

  /** The optimizer. */
  public Optimizer optimizer() {
    return options.optimizer;
  }

  /** The number of steps so far. */
  public int lastEpoch() {
    return lastEpoch;
  }

  /** The rates after the last step, one for each group. */
  public List<Double> lastLr() {
    return Arrays.stream(lastLrs).boxed().toList();
  }

  /** The best metric so far; infinite before the first. */
  public double best() {
    return best;
  }

  /** Where the schedule is, by PyTorch's names. The options are not part of it. */
  public Map<String, Double> stateDict() {
    Map<String, Double> state = new LinkedHashMap<>();
    state.put("last_epoch", (double) lastEpoch);
    state.put("best", best);
    state.put("cooldown_counter", (double) cooldownCounter);
    state.put("num_bad_epochs", (double) numBadEpochs);
    for (int i = 0; i < lastLrs.length; i++) {
      state.put("_last_lr." + i, lastLrs[i]);
    }
    return state;
  }

  /**
   * Goes on where another schedule was. The present rates are the optimizer's to load.
   *
   * @throws IllegalArgumentException naming every missing and unexpected entry; nothing is changed
   *     then
   */
  public void loadStateDict(Map<String, Double> state) {
    LRScheduler.checkNames(getClass(), stateDict(), state);
    lastEpoch = state.get("last_epoch").intValue();
    best = state.get("best");
    cooldownCounter = state.get("cooldown_counter").intValue();
    numBadEpochs = state.get("num_bad_epochs").intValue();
    for (int i = 0; i < lastLrs.length; i++) {
      lastLrs[i] = state.get("_last_lr." + i);
    }
  }

  /** The epoch, the rates, and how long the metric has not improved. */
  @Override
  public String toString() {
    return "ReduceLROnPlateau(last_epoch=%s, last_lr=%s, best=%s, num_bad_epochs=%s)"
        .formatted(lastEpoch, lastLr(), best, numBadEpochs);
  }
}
