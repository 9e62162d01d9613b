package panama.torch.nn;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.internal.Arguments;

/**
 * Batch normalization: (x - mean) / √(var + eps) · weight + bias, where mean and variance of each
 * of the C channels are taken over the batch and the length. Ioffe and Szegedy, "Batch
 * normalization" (2015).
 *
 * <p>In training the layer normalizes by the mean and variance of the batch and updates running
 * averages of them; in evaluation it normalizes by the running averages.
 *
 * <p>Parameters: {@code weight} (C), initialized to 1, and {@code bias} (C), initialized to 0.
 * Buffers: {@code running_mean} (C), initialized to 0, {@code running_var} (C), initialized to 1,
 * and {@code num_batches_tracked}, INT64.
 */
public final class BatchNorm1d extends AffineNorm<BatchNorm1d> {
  private final long numFeatures;
  private final @Nullable Double momentum;
  private final @Nullable RunningStatistics running;

  /** The buffers. */
  private record RunningStatistics(Tensor mean, Tensor var, Tensor batches) {}

  /**
   * Creates a layer with PyTorch's defaults: eps = 1e-5, momentum = 0.1, with weight, bias and
   * running averages.
   *
   * @param numFeatures C, the number of channels
   * @throws IllegalArgumentException if it is below 1
   */
  public BatchNorm1d(long numFeatures) {
    this(builder(numFeatures));
  }

  /**
   * Creates a layer with momentum = 0.1, weight, bias and running averages.
   *
   * @param numFeatures C, the number of channels
   * @param eps the summand that keeps the denominator from 0
   * @throws IllegalArgumentException if numFeatures is below 1, or unless eps is above 0
   */
  public BatchNorm1d(long numFeatures, double eps) {
    this(builder(numFeatures).eps(eps));
  }

  /**
   * Creates a layer with weight, bias and running averages.
   *
   * @param numFeatures C, the number of channels
   * @param eps the summand that keeps the denominator from 0
   * @param momentum the share of each new batch in the running averages
   * @throws IllegalArgumentException if numFeatures is below 1, or unless eps is above 0
   */
  public BatchNorm1d(long numFeatures, double eps, double momentum) {
    this(builder(numFeatures).eps(eps).momentum(momentum));
  }

  private BatchNorm1d(Builder builder) {
    super(builder, builder.affine, builder.numFeatures);
    numFeatures = builder.numFeatures;
    momentum = builder.momentum;
    running =
        builder.trackRunningStats
            ? new RunningStatistics(
                registerBuffer("running_mean", Torch.zeros(numFeatures)),
                registerBuffer("running_var", Torch.ones(numFeatures)),
                registerBuffer("num_batches_tracked", Torch.tensor(0L)))
            : null;
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param numFeatures C, the number of channels
   * @throws IllegalArgumentException if it is below 1
   */
  public static Builder builder(long numFeatures) {
    return new Builder(numFeatures);
  }

  /** The options of a {@link BatchNorm1d}. */
  public static final class Builder extends AffineNorm.Builder<Builder> {
    private final long numFeatures;
    private @Nullable Double momentum = 0.1;
    private boolean affine = true;
    private boolean trackRunningStats = true;

    private Builder(long numFeatures) {
      this.numFeatures = Arguments.positive("numFeatures", numFeatures);
    }

    /**
     * Sets the summand that keeps the denominator from 0. Default: 1e-5.
     *
     * @throws IllegalArgumentException unless it is above 0
     */
    @Override
    public Builder eps(double eps) {
      return super.eps(Arguments.positive("eps", eps));
    }

    /**
     * Sets the share of each new batch in the running averages. Default: 0.1.
     *
     * @param momentum the fraction of each new batch
     * @return this builder
     */
    public Builder momentum(double momentum) {
      this.momentum = momentum;
      return this;
    }

    /**
     * Makes the running averages cumulative, so that all batches have the same weight, as PyTorch's
     * {@code momentum=None}.
     *
     * @return this builder
     */
    public Builder cumulativeAverage() {
      momentum = null;
      return this;
    }

    /**
     * Sets whether there are a weight and a bias. Default: true.
     *
     * @param affine whether there are a weight and a bias
     * @return this builder
     */
    public Builder affine(boolean affine) {
      this.affine = affine;
      return this;
    }

    /**
     * Sets whether running averages are kept. Without them the layer normalizes by the statistics
     * of the batch in evaluation, too. Default: true.
     *
     * @param trackRunningStats whether running averages are kept
     * @return this builder
     */
    public Builder trackRunningStats(boolean trackRunningStats) {
      this.trackRunningStats = trackRunningStats;
      return this;
    }

    /** Returns the layer. */
    public BatchNorm1d build() {
      return new BatchNorm1d(this);
    }
  }

  /**
   * Returns the normalized input.
   *
   * @param x (N, C) or (N, C, L)
   * @return in the shape of x
   * @throws ShapeException for another shape, and in training for a single value per channel
   */
  @Override
  public Tensor forward(Tensor x) {
    return call(x, this::normalize);
  }

  private Tensor normalize(Tensor x) {
    Shape shape = x.shape();
    if ((shape.dim() != 2 && shape.dim() != 3) || shape.size(1) != numFeatures) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "x: expected shape (N, C=%d) or (N, C=%d, L), got %s; sequences of shape (N, L, C)"
                  + " need .transpose(1, 2)",
              numFeatures,
              numFeatures,
              shape));
    }
    if (isTraining() && shape.numel() == numFeatures) {
      throw new ShapeException(
          "x: expected more than 1 value per channel in training, got shape %s; use a larger batch, or eval()"
              .formatted(shape));
    }
    double factor = momentum == null ? 0 : momentum;
    if (isTraining() && running != null) {
      running.batches.add_(1);
      if (momentum == null) {
        factor = 1.0 / running.batches.item();
      }
    }
    return Functional.batchNorm(
        x,
        running == null ? null : running.mean,
        running == null ? null : running.var,
        weight(),
        bias(),
        isTraining() || running == null,
        factor,
        eps);
  }

  @Override
  protected String extraRepr() {
    return String.format(
        Locale.ROOT,
        "%d, eps=%s, momentum=%s, %s, track_running_stats=%s",
        numFeatures,
        Repr.of(eps),
        momentum == null ? "None" : Repr.of(momentum),
        affineRepr("affine"),
        Repr.of(running != null));
  }
}
