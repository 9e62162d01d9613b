package panama.torch.nn;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.init.Init;

/**
 * y = x Wᵀ + b over the last dimension: (..., in) to (..., out).
 *
 * <p>Parameters: {@code weight} (out, in) and {@code bias} (out), both uniform in ±1/√in.
 */
public sealed class Linear extends Module implements Layer permits NonDynamicallyQuantizableLinear {
  private final long inFeatures;
  private final long outFeatures;
  private final Tensor weight;
  private final @Nullable Tensor bias;

  /** With a bias. */
  public Linear(long inFeatures, long outFeatures) {
    this(inFeatures, outFeatures, true);
  }

  /**
   * With or without a bias.
   *
   * @throws IllegalArgumentException for a size below 1
   */
  public Linear(long inFeatures, long outFeatures, boolean bias) {
    this.inFeatures = Sizes.positive("inFeatures", inFeatures);
    this.outFeatures = Sizes.positive("outFeatures", outFeatures);
    weight =
        register(
            "weight", Init.kaimingUniform_(Torch.empty(outFeatures, inFeatures), Math.sqrt(5)));
    double bound = 1 / Math.sqrt((double) inFeatures);
    this.bias =
        bias ? register("bias", Init.uniform_(Torch.empty(outFeatures), -bound, bound)) : null;
  }

  /** (out, in). */
  public final Tensor weight() {
    return use(weight);
  }

  /** (out), or null. */
  public final @Nullable Tensor bias() {
    return use(bias);
  }

  /**
   * Applies the layer.
   *
   * @param x (..., in)
   * @return (..., out)
   * @throws ShapeException for another last dimension
   */
  @Override
  public final Tensor forward(Tensor x) {
    return call(x, this::transform);
  }

  private Tensor transform(Tensor x) {
    Shape shape = x.shape();
    if (shape.dim() == 0 || shape.size(-1) != inFeatures) {
      throw new ShapeException(
          String.format(Locale.ROOT, "x: expected shape (..., in=%d), got %s", inFeatures, shape));
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
