package panama.torch.nn;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import panama.torch.Op;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.init.Init;

/**
 * (x - mean) / √(var + eps) · weight + bias, mean and variance over the last dimensions of each
 * element. Ba et al., "Layer normalization" (2016).
 *
 * <p>Parameters: {@code weight} of the normalized shape, 1, and {@code bias} alike, 0.
 */
public final class LayerNorm extends Module implements Layer {
  private final long[] normalizedShape;
  private final double eps;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor bias;

  /**
   * With PyTorch's defaults.
   *
   * @param normalizedShape the last sizes of x
   * @throws IllegalArgumentException for none, or a size below 1
   */
  public LayerNorm(long... normalizedShape) {
    this(builder(normalizedShape));
  }

  private LayerNorm(Builder builder) {
    normalizedShape = builder.normalizedShape;
    eps = builder.eps;
    weight =
        builder.elementwiseAffine
            ? register("weight", Init.ones_(Torch.empty(normalizedShape)))
            : null;
    bias =
        builder.elementwiseAffine && builder.bias
            ? register("bias", Init.zeros_(Torch.empty(normalizedShape)))
            : null;
  }

  /**
   * Starts from PyTorch's defaults.
   *
   * @param normalizedShape the last sizes of x
   * @throws IllegalArgumentException for none, or a size below 1
   */
  public static Builder builder(long... normalizedShape) {
    return new Builder(normalizedShape);
  }

  /** The options. */
  public static final class Builder {
    private final long[] normalizedShape;
    private double eps = 1e-5;
    private boolean elementwiseAffine = true;
    private boolean bias = true;

    private Builder(long[] normalizedShape) {
      if (normalizedShape.length == 0) {
        throw new ShapeException(
            "normalizedShape: expected the last sizes of x, at least one, got none");
      }
      for (long size : normalizedShape) {
        Sizes.positive("normalizedShape", size);
      }
      this.normalizedShape = normalizedShape.clone();
    }

    /** Keeps the denominator from 0. Default: 1e-5. */
    public Builder eps(double eps) {
      this.eps = eps;
      return this;
    }

    /** Whether there are a weight and a bias. Default: true. */
    public Builder elementwiseAffine(boolean elementwiseAffine) {
      this.elementwiseAffine = elementwiseAffine;
      return this;
    }

    /** Whether there is a bias beside the weight. Default: true. */
    public Builder bias(boolean bias) {
      this.bias = bias;
      return this;
    }

    /** The layer. */
    public LayerNorm build() {
      return new LayerNorm(this);
    }
  }

  /** Of the normalized shape, or null. */
  public @Nullable Tensor weight() {
    return use(weight);
  }

  /** Of the normalized shape, or null. */
  public @Nullable Tensor bias() {
    return use(bias);
  }

  /**
   * Normalizes.
   *
   * @param x (..., normalizedShape)
   * @return in the shape of x
   * @throws ShapeException for other last sizes
   */
  @Override
  public Tensor forward(Tensor x) {
    return call(x, this::normalize);
  }

  private Tensor normalize(Tensor x) {
    long[] sizes = x.shape().toArray();
    int first = sizes.length - normalizedShape.length;
    if (first < 0
        || !Arrays.equals(Arrays.copyOfRange(sizes, first, sizes.length), normalizedShape)) {
      throw new ShapeException(
          "x: expected a shape that ends in normalizedShape=%s, got %s"
              .formatted(Shape.of(normalizedShape), x.shape()));
    }
    Op.Call op = Torch.op("aten::layer_norm").arg(x).arg(normalizedShape);
    return op.argOrNone(weight()).argOrNone(bias()).arg(eps).call().tensor();
  }

  @Override
  protected String extraRepr() {
    return "%s, eps=%s, elementwise_affine=%s, bias=%s"
        .formatted(
            Repr.tuple(normalizedShape),
            Repr.of(eps),
            Repr.of(weight != null),
            Repr.of(bias != null));
  }
}
