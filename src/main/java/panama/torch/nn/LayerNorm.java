package panama.torch.nn;

import java.util.Arrays;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/**
 * Layer normalization: (x - mean) / √(var + eps) · weight + bias, where mean and variance are taken
 * over the last dimensions of each element. Ba et al., "Layer normalization" (2016).
 *
 * <p>Parameters: {@code weight}, initialized to 1, and {@code bias}, initialized to 0, both of the
 * normalized shape.
 */
public final class LayerNorm extends AffineNorm<LayerNorm> {
  private final long[] normalizedShape;

  /**
   * Creates a layer with PyTorch's defaults: eps = 1e-5, with weight and bias.
   *
   * @param normalizedShape the last sizes of x
   * @throws IllegalArgumentException for no sizes, or if one is below 1
   */
  public LayerNorm(long... normalizedShape) {
    this(builder(normalizedShape));
  }

  /**
   * Creates a layer with weight and bias.
   *
   * @param normalizedShape the last sizes of x
   * @param eps the summand that keeps the denominator from 0
   * @throws IllegalArgumentException for no sizes, or if one is below 1
   */
  public LayerNorm(long[] normalizedShape, double eps) {
    this(builder(normalizedShape).eps(eps));
  }

  private LayerNorm(Builder builder) {
    super(builder, builder.elementwiseAffine, builder.normalizedShape);
    normalizedShape = builder.normalizedShape;
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param normalizedShape the last sizes of x
   * @throws IllegalArgumentException for no sizes, or if one is below 1
   */
  public static Builder builder(long... normalizedShape) {
    return new Builder(normalizedShape);
  }

  /** The options of a {@link LayerNorm}. */
  public static final class Builder extends AffineNorm.Builder<Builder> {
    private final long[] normalizedShape;
    private boolean elementwiseAffine = true;

    private Builder(long[] normalizedShape) {
      if (normalizedShape.length == 0) {
        throw new ShapeException(
            "normalizedShape: expected the last sizes of x, at least one, got none");
      }
      for (long size : normalizedShape) {
        Arguments.positive("normalizedShape", size);
      }
      this.normalizedShape = normalizedShape.clone();
    }

    /**
     * Sets whether there are a weight and a bias. Default: true.
     *
     * @param elementwiseAffine whether there are a weight and a bias
     * @return this builder
     */
    public Builder elementwiseAffine(boolean elementwiseAffine) {
      this.elementwiseAffine = elementwiseAffine;
      return this;
    }

    /** Returns the layer. */
    public LayerNorm build() {
      return new LayerNorm(this);
    }
  }

  /**
   * Returns the normalized input.
   *
   * @param x (..., normalizedShape)
   * @return in the shape of x
   * @throws ShapeException if the last sizes of x are not the normalized shape
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
    return Functional.layerNorm(x, normalizedShape, weight(), bias(), eps);
  }

  @Override
  protected String extraRepr() {
    return "%s, eps=%s, %s"
        .formatted(Repr.tuple(normalizedShape), Repr.of(eps), affineRepr("elementwise_affine"));
  }
}
