package panama.torch.nn;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import panama.torch.Op;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.init.Init;

/**
 * (x - mean) / √(var + eps) · weight + bias, mean and variance over the batch for each of C
 * channels. Ioffe and Szegedy, "Batch normalization" (2015).
 *
 * <p>In training the batch's own mean and variance count, and running averages of them are kept,
 * which count in evaluation.
 *
 * <p>Parameters: {@code weight} (C), 1, and {@code bias} (C), 0. Buffers: {@code running_mean} (C),
 * 0 at first, {@code running_var} (C), 1 at first, and {@code num_batches_tracked}, INT64.
 */
public final class BatchNorm1d extends Module implements Layer {
  private final long numFeatures;
  private final double eps;
  private final @Nullable Double momentum;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor bias;
  private final @Nullable Statistics statistics;

  /** The buffers. */
  private record Statistics(Tensor mean, Tensor var, Tensor batches) {}

  /**
   * With PyTorch's defaults.
   *
   * @param numFeatures C, the number of channels
   */
  public BatchNorm1d(long numFeatures) {
    this(builder(numFeatures));
  }

  private BatchNorm1d(Builder builder) {
    numFeatures = builder.numFeatures;
    eps = builder.eps;
    momentum = builder.momentum;
    weight = builder.affine ? register("weight", Init.ones_(Torch.empty(numFeatures))) : null;
    bias =
        builder.affine && builder.bias
            ? register("bias", Init.zeros_(Torch.empty(numFeatures)))
            : null;
    statistics =
        builder.trackRunningStats
            ? new Statistics(
                registerBuffer("running_mean", Torch.zeros(numFeatures)),
                registerBuffer("running_var", Torch.ones(numFeatures)),
                registerBuffer("num_batches_tracked", Torch.tensor(0L)))
            : null;
  }

  /**
   * Starts from PyTorch's defaults.
   *
   * @param numFeatures C, the number of channels
   * @throws IllegalArgumentException below 1
   */
  public static Builder builder(long numFeatures) {
    return new Builder(numFeatures);
  }

  /** The options. */
  public static final class Builder {
    private final long numFeatures;
    private double eps = 1e-5;
    private @Nullable Double momentum = 0.1;
    private boolean affine = true;
    private boolean bias = true;
    private boolean trackRunningStats = true;

    private Builder(long numFeatures) {
      this.numFeatures = Sizes.positive("numFeatures", numFeatures);
    }

    /** Keeps the denominator from 0. Default: 1e-5. */
    public Builder eps(double eps) {
      this.eps = Sizes.positive("eps", eps);
      return this;
    }

    /** The weight of each new batch in the running averages. Default: 0.1. */
    public Builder momentum(double momentum) {
      this.momentum = momentum;
      return this;
    }

    /** All batches count alike in the running averages: PyTorch's {@code momentum=None}. */
    public Builder cumulativeAverage() {
      momentum = null;
      return this;
    }

    /** Whether there are a weight and a bias. Default: true. */
    public Builder affine(boolean affine) {
      this.affine = affine;
      return this;
    }

    /** Whether there is a bias beside the weight. Default: true. */
    public Builder bias(boolean bias) {
      this.bias = bias;
      return this;
    }

    /** Whether running averages are kept; otherwise each batch counts by itself. Default: true. */
    public Builder trackRunningStats(boolean trackRunningStats) {
      this.trackRunningStats = trackRunningStats;
      return this;
    }

    /** The layer. */
    public BatchNorm1d build() {
      return new BatchNorm1d(this);
    }
  }

  /** (C), or null. */
  public @Nullable Tensor weight() {
    return use(weight);
  }

  /** (C), or null. */
  public @Nullable Tensor bias() {
    return use(bias);
  }

  /**
   * Normalizes.
   *
   * @param x (N, C) or (N, C, L)
   * @return in the shape of x
   * @throws ShapeException for another shape, and in training for one value per channel
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
              "x: expected shape (N, C=%d) or (N, C=%d, L), got %s",
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
    if (isTraining() && statistics != null) {
      Torch.op("aten::add_.Scalar").arg(statistics.batches).arg(1).call();
      if (momentum == null) {
        factor = 1.0 / statistics.batches.item();
      }
    }
    Op.Call op = Torch.op("aten::batch_norm").arg(x);
    op = op.argOrNone(weight()).argOrNone(bias());
    op = op.argOrNone(statistics == null ? null : statistics.mean);
    op = op.argOrNone(statistics == null ? null : statistics.var);
    return op.arg(isTraining() || statistics == null)
        .arg(factor)
        .arg(eps)
        .arg(true)
        .call()
        .tensor();
  }

  @Override
  protected String extraRepr() {
    return String.format(
        Locale.ROOT,
        "%d, eps=%s, momentum=%s, affine=%s, bias=%s, track_running_stats=%s",
        numFeatures,
        Repr.of(eps),
        momentum == null ? "None" : Repr.of(momentum),
        Repr.of(weight != null),
        Repr.of(bias != null),
        Repr.of(statistics != null));
  }
}
