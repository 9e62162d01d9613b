package panama.torch.optim.lr_scheduler;

import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import panama.torch.optim.Optimizer;
import panama.torch.optim.ParamGroup;

/**
 * The rate up and down between two bounds, again and again, momentum or β1 against it: Smith,
 * "Cyclical learning rates for training neural networks" (2017). Steps after every batch.
 */
public final class CyclicLR extends LRScheduler {
  /** How the height of the cycles changes. */
  public enum Mode {
    /** It stays. */
    TRIANGULAR,
    /** It is halved after every cycle. */
    TRIANGULAR2,
    /** It is γ to the power of the step. */
    EXP_RANGE
  }

  /** What a scale function is a function of. */
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
      startMomentum(options.optimizer, options.baseMomentum, options.maxMomentum);
    }
    return options.optimizer;
  }

  /**
   * Starts from PyTorch's defaults.
   *
   * @param baseLr the lowest rate
   * @param maxLr the highest rate
   */
  public static Builder builder(Optimizer optimizer, double baseLr, double maxLr) {
    return new Builder(optimizer, new double[] {baseLr}, new double[] {maxLr});
  }

  /**
   * Starts from PyTorch's defaults, with bounds for each group.
   *
   * @param baseLr the lowest rates
   * @param maxLr the highest rates
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

    /** Steps on the way up, at least 1. Default: 2000. */
    public Builder stepSizeUp(int stepSizeUp) {
      this.stepSizeUp = atLeast(1, "stepSizeUp", stepSizeUp);
      return this;
    }

    /** Steps on the way down, at least 1. Default: as many as on the way up. */
    public Builder stepSizeDown(int stepSizeDown) {
      this.stepSizeDown = atLeast(1, "stepSizeDown", stepSizeDown);
      return this;
    }

    /** Default: {@link Mode#TRIANGULAR}. */
    public Builder mode(Mode mode) {
      this.mode = mode;
      return this;
    }

    /** γ of {@link Mode#EXP_RANGE}. Default: 1. */
    public Builder gamma(double gamma) {
      this.gamma = gamma;
      return this;
    }

    /** A scale of one's own in place of a mode: a factor of the height. */
    public Builder scaleFn(DoubleUnaryOperator scaleFn, ScaleMode scaleMode) {
      this.scaleFn = scaleFn;
      this.scaleMode = scaleMode;
      return this;
    }

    /** Whether momentum, or β1, goes against the rate. Default: true. */
    public Builder cycleMomentum(boolean cycleMomentum) {
      this.cycleMomentum = cycleMomentum;
      return this;
    }

    /** The lowest momentum, one for all groups or one for each. Default: 0.8. */
    public Builder baseMomentum(double... baseMomentum) {
      this.baseMomentum = baseMomentum.clone();
      return this;
    }

    /** The highest momentum, one for all groups or one for each. Default: 0.9. */
    public Builder maxMomentum(double... maxMomentum) {
      this.maxMomentum = maxMomentum.clone();
      return this;
    }

    /**
     * The schedule, which sets the rate of the first step.
     *
     * @throws IllegalArgumentException for as many values as there are no groups, or when momentum
     *     is to be cycled that is not there
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
