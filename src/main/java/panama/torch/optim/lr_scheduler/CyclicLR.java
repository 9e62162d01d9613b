package panama.torch.optim.lr_scheduler;

import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.Arguments;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;

/**
 * Cycles the learning rate between two bounds, and momentum or β1 in the opposite direction: Smith,
 * "Cyclical learning rates for training neural networks" (2017). Call {@link #step} after every
 * batch.
 */
public final class CyclicLR extends LRScheduler {
  /** How the amplitude changes from cycle to cycle. */
  public enum Mode {
    /** Stays the same. */
    TRIANGULAR,
    /** Is halved after every cycle. */
    TRIANGULAR2,
    /** Is multiplied by γ after every step. */
    EXP_RANGE
  }

  /** The argument of a scale function. */
  public enum ScaleMode {
    /** The number of the cycle, from 1. */
    CYCLE,
    /** The number of the step, from 0. */
    ITERATIONS
  }

  private final Builder options;
  private final double totalSize;
  private final double stepRatio;
  private final double[] maxLrs;
  private final double[] baseMomentums;
  private final double[] maxMomentums;

  /**
   * Creates a scheduler with PyTorch's defaults: triangular cycles of 2000 steps up and 2000 down.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param baseLr the smallest learning rate
   * @param maxLr the largest learning rate
   */
  public CyclicLR(Optimizer optimizer, double baseLr, double maxLr) {
    this(builder(optimizer, baseLr, maxLr));
  }

  /**
   * Creates a scheduler with triangular cycles.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param baseLr the smallest learning rate
   * @param maxLr the largest learning rate
   * @param stepSizeUp the number of steps from the smallest to the largest, and back, at least 1
   */
  public CyclicLR(Optimizer optimizer, double baseLr, double maxLr, int stepSizeUp) {
    this(builder(optimizer, baseLr, maxLr).stepSizeUp(stepSizeUp));
  }

  private CyclicLR(Builder options) {
    super(prepare(options));
    this.options = options;
    double up = options.stepSizeUp;
    totalSize = up + (options.stepSizeDown == 0 ? up : options.stepSizeDown);
    stepRatio = up / totalSize;
    maxLrs = perGroup("maxLr", options.optimizer, options.maxLr);
    baseMomentums = perGroup("baseMomentum", options.optimizer, options.baseMomentum);
    maxMomentums = perGroup("maxMomentum", options.optimizer, options.maxMomentum);
    initialStep();
    setBaseLrs(perGroup("baseLr", options.optimizer, options.baseLr));
  }

  private static Optimizer prepare(Builder options) {
    double[] rates = perGroup("baseLr", options.optimizer, options.baseLr);
    for (int i = 0; i < rates.length; i++) {
      options.optimizer.paramGroups().get(i).set("lr", rates[i]);
    }
    if (options.cycleMomentum) {
      startMomentumCycle(options.optimizer, options.baseMomentum, options.maxMomentum);
    }
    return options.optimizer;
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param baseLr the smallest learning rate
   * @param maxLr the largest learning rate
   */
  public static Builder builder(Optimizer optimizer, double baseLr, double maxLr) {
    return new Builder(optimizer, new double[] {baseLr}, new double[] {maxLr});
  }

  /**
   * Returns a builder with PyTorch's defaults and bounds for each group.
   *
   * @param optimizer the optimizer whose learning rates are scheduled
   * @param baseLr the smallest learning rates
   * @param maxLr the largest learning rates
   */
  public static Builder builder(Optimizer optimizer, double[] baseLr, double[] maxLr) {
    return new Builder(optimizer, baseLr, maxLr);
  }

  /** The options. */
  public static final class Builder {
    private final Optimizer optimizer;
    private final double[] baseLr;
    private final double[] maxLr;
    private int stepSizeUp = 2000;
    private int stepSizeDown;
    private Mode mode = Mode.TRIANGULAR;
    private double gamma = 1;
    private @Nullable DoubleUnaryOperator scaleFn;
    private ScaleMode scaleMode = ScaleMode.CYCLE;
    private boolean cycleMomentum = true;
    private double[] baseMomentum = {0.8};
    private double[] maxMomentum = {0.9};

    private Builder(Optimizer optimizer, double[] baseLr, double[] maxLr) {
      this.optimizer = optimizer;
      this.baseLr = baseLr.clone();
      this.maxLr = maxLr.clone();
    }

    /**
     * Sets the number of steps in which the learning rate rises. Default: 2000.
     *
     * @param stepSizeUp the number of steps, at least 1
     * @return this builder
     * @throws IllegalArgumentException below 1
     */
    public Builder stepSizeUp(int stepSizeUp) {
      this.stepSizeUp = Arguments.positive("stepSizeUp", stepSizeUp);
      return this;
    }

    /**
     * Sets the number of steps in which the learning rate falls. Default: stepSizeUp.
     *
     * @param stepSizeDown the number of steps, at least 1
     * @return this builder
     * @throws IllegalArgumentException below 1
     */
    public Builder stepSizeDown(int stepSizeDown) {
      this.stepSizeDown = Arguments.positive("stepSizeDown", stepSizeDown);
      return this;
    }

    /**
     * Sets how the amplitude changes. Default: {@link Mode#TRIANGULAR}.
     *
     * @param mode how the amplitude changes
     * @return this builder
     */
    public Builder mode(Mode mode) {
      this.mode = mode;
      return this;
    }

    /**
     * Sets γ of {@link Mode#EXP_RANGE}. Default: 1.
     *
     * @param gamma γ
     * @return this builder
     */
    public Builder gamma(double gamma) {
      this.gamma = gamma;
      return this;
    }

    /**
     * Sets a function that scales the amplitude, instead of a mode.
     *
     * @param scaleFn returns the factor of the amplitude
     * @param scaleMode the argument of the function
     * @return this builder
     */
    public Builder scaleFn(DoubleUnaryOperator scaleFn, ScaleMode scaleMode) {
      this.scaleFn = scaleFn;
      this.scaleMode = scaleMode;
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
     * Sets the smallest momentum, one for all groups or one for each. Default: 0.8.
     *
     * @param baseMomentum one momentum, or one for each group
     * @return this builder
     */
    public Builder baseMomentum(double... baseMomentum) {
      this.baseMomentum = baseMomentum.clone();
      return this;
    }

    /**
     * Sets the largest momentum, one for all groups or one for each. Default: 0.9.
     *
     * @param maxMomentum one momentum, or one for each group
     * @return this builder
     */
    public Builder maxMomentum(double... maxMomentum) {
      this.maxMomentum = maxMomentum.clone();
      return this;
    }

    /**
     * Returns the scheduler, after setting the learning rate of the first step.
     *
     * @throws IllegalArgumentException when an option has neither one value nor one for each group,
     *     or when the momentum of an optimizer without momentum is to be cycled
     */
    public CyclicLR build() {
      return new CyclicLR(this);
    }
  }

  @Override
  protected double nextLr(int index) {
    double cycle = Math.floor(1 + lastEpoch() / totalSize);
    double x = 1 + lastEpoch() / totalSize - cycle;
    double height = x <= stepRatio ? x / stepRatio : (x - 1) / (stepRatio - 1);
    double scale = scale(cycle);
    if (options.cycleMomentum) {
      ParamGroup group = optimizer().paramGroups().get(index);
      double momentum = maxMomentums[index];
      group.setMomentum(momentum - (momentum - baseMomentums[index]) * height * scale);
    }
    double base = baseLr(index);
    return base + (maxLrs[index] - base) * height * scale;
  }

  private double scale(double cycle) {
    if (options.scaleFn != null) {
      return options.scaleFn.applyAsDouble(
          options.scaleMode == ScaleMode.CYCLE ? cycle : lastEpoch());
    }
    return switch (options.mode) {
      case TRIANGULAR -> 1;
      case TRIANGULAR2 -> 1 / Math.pow(2, cycle - 1);
      case EXP_RANGE -> Math.pow(options.gamma, lastEpoch());
    };
  }
}
