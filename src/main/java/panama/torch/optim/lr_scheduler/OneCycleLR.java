package panama.torch.optim.lr_scheduler;

import java.util.Locale;
import panama.torch.internal.Arguments;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;

/**
 * Raises the learning rate to a maximum and reduces it to almost 0, in a single cycle, with
 * momentum or β1 in the opposite direction: Smith and Topin, "Super-convergence" (2017). Call
 * {@link #step} after every batch.
 *
 * <p>By default the learning rate rises for 30 % of the steps, from 1/25 of the maximum, then falls
 * to 1/10⁴ of its initial value, along half cosines; momentum is between 0.95 and 0.85.
 */
public final class OneCycleLR extends LRScheduler {
  private static final String INITIAL_LR = "initial_lr";
  private static final String MAX_LR = "max_lr";
  private static final String MIN_LR = "min_lr";
  private static final String MAX_MOMENTUM = "max_momentum";
  private static final String BASE_MOMENTUM = "base_momentum";

  private final Builder options;

  /** The curve of the learning rate from one value to another. */
  public enum Anneal {
    /** Half a cosine. */
    COS,
    /** A line. */
    LINEAR;

    private double at(double start, double end, double fraction) {
      return switch (this) {
        case COS -> end + (start - end) / 2 * (Math.cos(Math.PI * fraction) + 1);
        case LINEAR -> (end - start) * fraction + start;
      };
    }
  }

  /**
   * Creates a scheduler with PyTorch's defaults.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param maxLr the largest learning rate
   * @param totalSteps the number of steps of the optimizer in the whole training, at least 1
   * @throws IllegalArgumentException when totalSteps is below 1, or when the optimizer has neither
   *     momentum nor betas: see {@link Builder#cycleMomentum}
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
      startMomentumCycle(optimizer, options.baseMomentum, options.maxMomentum);
    }
    return optimizer;
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param totalSteps the number of steps of the optimizer in the whole training, at least 1
   * @param maxLr the largest learning rate, one for all groups or one for each
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
      this.totalSteps = Arguments.positive("totalSteps", totalSteps);
      this.maxLr = maxLr.clone();
    }

    /**
     * Sets the fraction of the steps in which the learning rate rises. Default: 0.3.
     *
     * @param pctStart the fraction, 0 to 1
     * @return this builder
     * @throws IllegalArgumentException unless it is from 0 to 1
     */
    public Builder pctStart(double pctStart) {
      this.pctStart = Arguments.fraction("pctStart", pctStart);
      return this;
    }

    /**
     * Sets the curve of the learning rate and of momentum. Default: {@link Anneal#COS}.
     *
     * @param annealStrategy the curve
     * @return this builder
     */
    public Builder annealStrategy(Anneal annealStrategy) {
      this.annealStrategy = annealStrategy;
      return this;
    }

    /**
     * Sets whether momentum, or β1, falls while the learning rate rises, and rises while it falls.
     * Default: true.
     *
     * @param cycleMomentum whether momentum changes with the learning rate
     * @return this builder
     */
    public Builder cycleMomentum(boolean cycleMomentum) {
      this.cycleMomentum = cycleMomentum;
      return this;
    }

    /**
     * Sets the smallest momentum, one for all groups or one for each. Default: 0.85.
     *
     * @param baseMomentum one momentum, or one for each group
     * @return this builder
     */
    public Builder baseMomentum(double... baseMomentum) {
      this.baseMomentum = baseMomentum.clone();
      return this;
    }

    /**
     * Sets the largest momentum, one for all groups or one for each. Default: 0.95.
     *
     * @param maxMomentum one momentum, or one for each group
     * @return this builder
     */
    public Builder maxMomentum(double... maxMomentum) {
      this.maxMomentum = maxMomentum.clone();
      return this;
    }

    /**
     * Sets the ratio of the largest to the initial learning rate. Default: 25.
     *
     * @param divFactor the ratio
     * @return this builder
     */
    public Builder divFactor(double divFactor) {
      this.divFactor = divFactor;
      return this;
    }

    /**
     * Sets the ratio of the initial to the final learning rate. Default: 10⁴.
     *
     * @param finalDivFactor the ratio
     * @return this builder
     */
    public Builder finalDivFactor(double finalDivFactor) {
      this.finalDivFactor = finalDivFactor;
      return this;
    }

    /**
     * Sets whether the learning rate falls to its initial value in as many steps as it rose, and in
     * a third phase to its final value. Default: false, where it falls in a single phase.
     *
     * @param threePhase whether there is a third phase
     * @return this builder
     */
    public Builder threePhase(boolean threePhase) {
      this.threePhase = threePhase;
      return this;
    }

    /**
     * Returns the scheduler, after setting the learning rate of the first step.
     *
     * @throws IllegalArgumentException when an option has neither one value nor one for each group,
     *     or when the momentum of an optimizer without momentum is to be cycled
     */
    public OneCycleLR build() {
      return new OneCycleLR(this);
    }
  }

  /**
   * A phase of the cycle.
   *
   * @param end the last step
   * @param startLr the option of the group that has the first learning rate; the others likewise
   */
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
   * Sets the learning rate of the next step; to be called after each step of the optimizer.
   *
   * @throws IllegalStateException after more than totalSteps calls
   */
  @Override
  public void step() {
    if (lastEpoch() == options.totalSteps) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "step: expected at most the %d steps of the cycle, got one more; pass the number of"
                  + " batches times epochs as totalSteps",
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
    // A phase without steps, for which PyTorch divides by 0, has ended.
    double fraction = phase.end == start ? 1 : (lastEpoch() - start) / (phase.end - start);
    if (options.cycleMomentum) {
      group.setMomentum(
          options.annealStrategy.at(
              group.number(phase.startMomentum), group.number(phase.endMomentum), fraction));
    }
    return options.annealStrategy.at(
        group.number(phase.startLr), group.number(phase.endLr), fraction);
  }
}
