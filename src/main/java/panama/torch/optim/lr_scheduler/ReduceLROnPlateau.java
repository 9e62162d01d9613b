package panama.torch.optim.lr_scheduler;

import java.util.Map;
import panama.torch.internal.Arguments;
import panama.torch.optim.Optimizer;

/**
 * Multiplies the learning rate by a factor when a metric has stopped improving:
 *
 * <pre>{@code
 * var scheduler = ReduceLROnPlateau.builder(adam).patience(3).build();
 * scheduler.step(validationLoss); // after every epoch
 * }</pre>
 *
 * <p>Since {@link #step(double)} needs the metric, {@link ChainedScheduler} and {@link
 * SequentialLR} refuse this scheduler, as in PyTorch.
 */
public final class ReduceLROnPlateau extends LRScheduler {
  /** Which metrics are better. */
  public enum Mode {
    /** Smaller ones, as of a loss. */
    MIN,
    /** Larger ones, as of an accuracy. */
    MAX
  }

  /** How the threshold is compared with an improvement. */
  public enum ThresholdMode {
    /** As a fraction of the best metric. */
    REL,
    /** As a difference from the best metric. */
    ABS
  }

  private final Builder options;
  private final double[] minLrs;
  private double best;
  private int cooldownCounter;
  private int numBadEpochs;

  private ReduceLROnPlateau(Builder options) {
    super(options.optimizer, new double[0]); // no base learning rates, as in PyTorch
    this.options = options;
    minLrs = perGroup("minLr", options.optimizer, options.minLr);
    best = options.mode == Mode.MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    setLastEpoch(0);
  }

  /**
   * Creates a scheduler for a metric that should decrease, with PyTorch's defaults.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   */
  public ReduceLROnPlateau(Optimizer optimizer) {
    this(builder(optimizer));
  }

  /**
   * Creates a scheduler for a metric that should decrease or increase.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param mode which metrics are better
   */
  public ReduceLROnPlateau(Optimizer optimizer, Mode mode) {
    this(builder(optimizer).mode(mode));
  }

  /**
   * Creates a scheduler.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param mode which metrics are better
   * @param factor of the learning rate, below 1
   */
  public ReduceLROnPlateau(Optimizer optimizer, Mode mode, double factor) {
    this(builder(optimizer).mode(mode).factor(factor));
  }

  /**
   * Creates a scheduler.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param mode which metrics are better
   * @param factor of the learning rate, below 1
   * @param patience the number of epochs without improvement that are tolerated, at least 0
   */
  public ReduceLROnPlateau(Optimizer optimizer, Mode mode, double factor, int patience) {
    this(builder(optimizer).mode(mode).factor(factor).patience(patience));
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   */
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

    /**
     * Sets which metrics are better. Default: {@link Mode#MIN}.
     *
     * @param mode which metrics are better
     * @return this builder
     */
    public Builder mode(Mode mode) {
      this.mode = mode;
      return this;
    }

    /**
     * Sets the factor by which the learning rate is multiplied. Default: 0.1.
     *
     * @param factor the factor, below 1
     * @return this builder
     * @throws IllegalArgumentException unless it is below 1
     */
    public Builder factor(double factor) {
      if (!(factor < 1)) {
        throw new IllegalArgumentException(
            "factor: expected below 1, so that the learning rate decreases, got " + factor);
      }
      this.factor = factor;
      return this;
    }

    /**
     * Sets the number of epochs without improvement that are tolerated: the next one reduces the
     * learning rate. Default: 10.
     *
     * @param patience the number of epochs, at least 0
     * @return this builder
     * @throws IllegalArgumentException below 0
     */
    public Builder patience(int patience) {
      this.patience = Arguments.notNegative("patience", patience);
      return this;
    }

    /**
     * Sets the smallest change of the metric that counts as an improvement, in the unit of {@link
     * #thresholdMode}. Default: 1e-4.
     *
     * @param threshold the smallest change
     * @return this builder
     */
    public Builder threshold(double threshold) {
      this.threshold = threshold;
      return this;
    }

    /**
     * Sets whether the threshold is relative or absolute. Default: {@link ThresholdMode#REL}.
     *
     * @param thresholdMode the unit of the threshold
     * @return this builder
     */
    public Builder thresholdMode(ThresholdMode thresholdMode) {
      this.thresholdMode = thresholdMode;
      return this;
    }

    /**
     * Sets the number of epochs after a reduction in which epochs without improvement are not
     * counted. Default: 0.
     *
     * @param cooldown the number of epochs, at least 0
     * @return this builder
     * @throws IllegalArgumentException below 0
     */
    public Builder cooldown(int cooldown) {
      this.cooldown = Arguments.notNegative("cooldown", cooldown);
      return this;
    }

    /**
     * Sets the smallest learning rate, one for all groups or one for each. Default: 0.
     *
     * @param minLr one learning rate, or one for each group
     * @return this builder
     */
    public Builder minLr(double... minLr) {
      this.minLr = minLr.clone();
      return this;
    }

    /**
     * Sets ε: a reduction that is not larger is skipped. Default: 1e-8.
     *
     * @param eps ε
     * @return this builder
     */
    public Builder eps(double eps) {
      this.eps = eps;
      return this;
    }

    /**
     * Returns the scheduler.
     *
     * @throws IllegalArgumentException when the number of smallest learning rates is neither 1 nor
     *     that of the groups
     */
    public ReduceLROnPlateau build() {
      return new ReduceLROnPlateau(this);
    }
  }

  /**
   * Throws an exception, since the step needs a metric.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public void step() {
    throw new UnsupportedOperationException(
        "step: expected the metric of the epoch, on which ReduceLROnPlateau depends; use"
            + " step(validationLoss)");
  }

  /**
   * Ends an epoch, and reduces the learning rates if the metric has not improved for longer than
   * the patience.
   *
   * @param metric of the epoch, such as {@code loss.item()}
   * @throws IllegalStateException when the learning rates have to be reduced and the optimizer has
   *     more groups than when this was created
   */
  public void step(double metric) {
    setLastEpoch(lastEpoch() + 1);
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
      setLearningRates(this::nextLr);
      cooldownCounter = options.cooldown;
      numBadEpochs = 0;
    }
    readLastLrs();
  }

  private boolean isBetter(double metric) {
    boolean relative = options.thresholdMode == ThresholdMode.REL;
    return switch (options.mode) {
      case MIN -> metric < (relative ? best * (1 - options.threshold) : best - options.threshold);
      case MAX -> metric > (relative ? best * (options.threshold + 1) : best + options.threshold);
    };
  }

  /** Returns the reduced learning rate of a group. */
  @Override
  protected double nextLr(int group) {
    double before = lr(group);
    double after = Math.max(before * options.factor, minLrs[group]);
    return before - after > options.eps ? after : before;
  }

  /** Returns the best metric so far; infinite before the first step. */
  public double best() {
    return best;
  }

  @Override
  protected void save(Map<String, Double> state) {
    state.put("best", best);
    state.put("cooldown_counter", (double) cooldownCounter);
    state.put("num_bad_epochs", (double) numBadEpochs);
  }

  @Override
  protected void load(Map<String, Double> state) {
    best = state.get("best");
    cooldownCounter = state.get("cooldown_counter").intValue();
    numBadEpochs = state.get("num_bad_epochs").intValue();
  }

  @Override
  String extraState() {
    return ", best=%s, num_bad_epochs=%s".formatted(best, numBadEpochs);
  }
}
