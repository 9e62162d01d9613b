package panama.torch.optim.lr_scheduler;

import java.util.Locale;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;

/**
 * The learning rate up to a maximum and down to almost nothing, momentum or β1 against it: Smith
 * and Topin, "Super-convergence" (2017). Steps after every batch.
 *
 * <p>By default up for 30 % of the steps, from 1/25 of the maximum, then down to 1/10⁴ of where it
 * began, along half cosines; momentum between 0.95 and 0.85.
 */
public final class OneCycleLR extends LRScheduler {
  private static final String INITIAL_LR = "initial_lr";
  private static final String MAX_LR = "max_lr";
  private static final String MIN_LR = "min_lr";
  private static final String MAX_MOMENTUM = "max_momentum";
  private static final String BASE_MOMENTUM = "base_momentum";

  private final Builder options;

  /** How the rate goes from one value to another. */
  public enum Anneal {
    /** Along half a cosine. */
    COS,
    /** Along a line. */
    LINEAR;

    private double at(double start, double end, double share) {
      return switch (this) {
        case COS -> end + (start - end) / 2 * (Math.cos(Math.PI * share) + 1);
        case LINEAR -> (end - start) * share + start;
      };
    }
  }

  /**
   * With the defaults.
   *
   * @param maxLr the highest rate
   * @param totalSteps the number of optimizer steps, at least 1
   */
  public OneCycleLR(Optimizer optimizer, double maxLr, int totalSteps) {
    this(builder(optimizer, totalSteps, maxLr));
  }

  private OneCycleLR(Builder options) {
    super(prepare(options));
    this.options = options;
    initialStep();
  }

  private static Optimizer prepare(Builder options) {
    Optimizer optimizer = options.optimizer;
    double[] maxima = perGroup("maxLr", optimizer, options.maxLr);
    for (int i = 0; i < maxima.length; i++) {
      ParamGroup group = optimizer.paramGroups().get(i);
      group.set(INITIAL_LR, maxima[i] / options.divFactor);
      group.set(MAX_LR, maxima[i]);
      group.set(MIN_LR, group.number(INITIAL_LR) / options.finalDivFactor);
    }
    if (options.cycleMomentum) {
      startMomentum(optimizer, options.baseMomentum, options.maxMomentum);
    }
    return optimizer;
  }

  /**
   * Starts from PyTorch's defaults.
   *
   * @param totalSteps the number of optimizer steps, at least 1
   * @param maxLr the highest rate, one for all groups or one for each
   */
  public static Builder builder(Optimizer optimizer, int totalSteps, double... maxLr) {
    return new Builder(optimizer, totalSteps, maxLr);
  }

  /** The options. */
  public static final class Builder {
    private final Optimizer optimizer;
    private final int totalSteps;
    private final double[] maxLr;
    private double pctStart = 0.3;
    private Anneal annealStrategy = Anneal.COS;
    private boolean cycleMomentum = true;
    private double[] baseMomentum = {0.85};
    private double[] maxMomentum = {0.95};
    private double divFactor = 25;
    private double finalDivFactor = 1e4;
    private boolean threePhase;

    private Builder(Optimizer optimizer, int totalSteps, double... maxLr) {
      this.optimizer = optimizer;
      this.totalSteps = atLeast(1, "totalSteps", totalSteps);
      this.maxLr = maxLr.clone();
    }

    /** The share of the steps on the way up, 0 to 1. Default: 0.3. */
    public Builder pctStart(double pctStart) {
      this.pctStart = share("pctStart", pctStart);
      return this;
    }

    /** Default: {@link Anneal#COS}. */
    public Builder annealStrategy(Anneal annealStrategy) {
      this.annealStrategy = annealStrategy;
      return this;
    }

    /** Whether momentum, or β1, goes against the rate. Default: true. */
    public Builder cycleMomentum(boolean cycleMomentum) {
      this.cycleMomentum = cycleMomentum;
      return this;
    }

    /** The lowest momentum, one for all groups or one for each. Default: 0.85. */
    public Builder baseMomentum(double... baseMomentum) {
      this.baseMomentum = baseMomentum.clone();
      return this;
    }

    /** The highest momentum, one for all groups or one for each. Default: 0.95. */
    public Builder maxMomentum(double... maxMomentum) {
      this.maxMomentum = maxMomentum.clone();
      return this;
    }

    /** The highest rate over the first. Default: 25. */
    public Builder divFactor(double divFactor) {
      this.divFactor = divFactor;
      return this;
    }

    /** The first rate over the last. Default: 10⁴. */
    public Builder finalDivFactor(double finalDivFactor) {
      this.finalDivFactor = finalDivFactor;
      return this;
    }

    /**
     * Whether the rate goes down to where it began as fast as it came up, and only then to almost
     * nothing. Default: false.
     */
    public Builder threePhase(boolean threePhase) {
      this.threePhase = threePhase;
      return this;
    }

    /**
     * The schedule, which sets the rate of the first step.
     *
     * @throws IllegalArgumentException for as many values as there are no groups, or when momentum
     *     is to be cycled that is not there
     */
    public OneCycleLR build() {
      return new OneCycleLR(this);
    }
  }

  /** From one entry of the group to another, up to a step. */
  private record Phase(
      double end, String startLr, String endLr, String startMomentum, String endMomentum) {}

  private Phase[] phases() {
    double up = options.pctStart * options.totalSteps - 1;
    double last = options.totalSteps - 1;
    Phase rise = new Phase(up, INITIAL_LR, MAX_LR, MAX_MOMENTUM, BASE_MOMENTUM);
    if (!options.threePhase) {
      return new Phase[] {rise, new Phase(last, MAX_LR, MIN_LR, BASE_MOMENTUM, MAX_MOMENTUM)};
    }
    double down = 2 * options.pctStart * options.totalSteps - 2;
    return new Phase[] {
      rise,
      new Phase(down, MAX_LR, INITIAL_LR, BASE_MOMENTUM, MAX_MOMENTUM),
      new Phase(last, INITIAL_LR, MIN_LR, MAX_MOMENTUM, MAX_MOMENTUM)
    };
  }

  /**
   * Sets the rate of the next step; to be called after each step of the optimizer.
   *
   * @throws IllegalStateException after more than totalSteps calls
   */
  @Override
  public void step() {
    if (lastEpoch() == options.totalSteps) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "step: the schedule has %d steps, and all are done",
              options.totalSteps));
    }
    super.step();
  }

  @Override
  protected double nextLr(int index) {
    ParamGroup group = optimizer().paramGroups().get(index);
    Phase[] phases = phases();
    double start = 0;
    int i = 0;
    while (i < phases.length - 1 && lastEpoch() > phases[i].end) {
      start = phases[i++].end;
    }
    Phase phase = phases[i];
    // A phase without a step, where PyTorch divides by 0, is over at once.
    double share = phase.end == start ? 1 : (lastEpoch() - start) / (phase.end - start);
    if (options.cycleMomentum) {
      group.setMomentum(
          options.annealStrategy.at(
              group.number(phase.startMomentum), group.number(phase.endMomentum), share));
    }
    return options.annealStrategy.at(group.number(phase.startLr), group.number(phase.endLr), share);
  }
}
