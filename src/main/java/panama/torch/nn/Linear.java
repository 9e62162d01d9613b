package panama.torch.nn;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.internal.Arguments;
import panama.torch.nn.init.Init;

/**
 * A linear (fully connected) layer over the last dimension: y = x Wᵀ + b, from (..., in) to (...,
 * out).
 *
 * <p>Parameters: {@code weight} W (out, in) and {@code bias} b (out), both initialized uniformly in
 * ±1/√in.
 */
public sealed class Linear extends FluentModule<Linear> implements Layer
    permits NonDynamicallyQuantizableLinear {
  private final long inFeatures;
  private final long outFeatures;
  private final Tensor weight;
  private final @Nullable Tensor bias;

  /**
   * Creates a layer with a bias.
   *
   * @param inFeatures in, the last size of x
   * @param outFeatures out, the last size of the result
   * @throws IllegalArgumentException if a size is below 1
   */
  public Linear(long inFeatures, long outFeatures) {
    this(inFeatures, outFeatures, true);
  }

  /**
   * Creates a layer with or without a bias.
   *
   * @param inFeatures in, the last size of x
   * @param outFeatures out, the last size of the result
   * @param bias whether there is a bias
   * @throws IllegalArgumentException if a size is below 1
   */
  public Linear(long inFeatures, long outFeatures, boolean bias) {
    this.inFeatures = Arguments.positive("inFeatures", inFeatures);
    this.outFeatures = Arguments.positive("outFeatures", outFeatures);
    weight =
        register(
            "weight", Init.kaimingUniform_(Torch.empty(outFeatures, inFeatures), Math.sqrt(5)));
    double bound = 1 / Math.sqrt((double) inFeatures);
    this.bias =
        bias ? register("bias", Init.uniform_(Torch.empty(outFeatures), -bound, bound)) : null;
  }

  /** Returns the weight, (out, in). */
  public final Tensor weight() {
    return use(weight);
  }

  /** Returns the bias, (out), or null. */
  public final @Nullable Tensor bias() {
    return use(bias);
  }

  /**
   * Returns x Wᵀ + b.
   *
   * @param x (..., in)
   * @return (..., out)
   * @throws ShapeException if the last size of x is not in
   */
  @Override
  public final Tensor forward(Tensor x) {
    return call(x, this::transform);
  }

  private Tensor transform(Tensor x) {
    Shape shape = x.shape();
    if (shape.dim() == 0 || shape.size(-1) != inFeatures) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "x: expected shape (..., in=%d), got %s; the last size must be inFeatures",
              inFeatures,
              shape));
    }
    return Functional.linear(x, weight(), bias());
  }

  @Override
  protected final String extraRepr() {
    return String.format(
        Locale.ROOT,
        "in_features=%d, out_features=%d, bias=%s",
        inFeatures,
        outFeatures,
        Repr.of(bias != null));
  }
}
