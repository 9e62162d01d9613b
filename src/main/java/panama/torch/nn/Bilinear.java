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
 * A bilinear layer over the last dimensions of two inputs: y_k = x1 A_k x2ᵀ + b_k, from (..., in1)
 * and (..., in2) to (..., out).
 *
 * <p>Parameters: {@code weight} A (out, in1, in2) and {@code bias} b (out), both initialized
 * uniformly in ±1/√in1.
 */
public final class Bilinear extends FluentModule<Bilinear> {
  private final long in1Features;
  private final long in2Features;
  private final long outFeatures;
  private final Tensor weight;
  private final @Nullable Tensor bias;

  /**
   * Creates a layer with a bias.
   *
   * @param in1Features in1, the last size of x1
   * @param in2Features in2, the last size of x2
   * @param outFeatures out, the last size of the result
   * @throws IllegalArgumentException if a size is below 1
   */
  public Bilinear(long in1Features, long in2Features, long outFeatures) {
    this(in1Features, in2Features, outFeatures, true);
  }

  /**
   * Creates a layer with or without a bias.
   *
   * @param in1Features in1, the last size of x1
   * @param in2Features in2, the last size of x2
   * @param outFeatures out, the last size of the result
   * @param bias whether there is a bias
   * @throws IllegalArgumentException if a size is below 1
   */
  public Bilinear(long in1Features, long in2Features, long outFeatures, boolean bias) {
    this.in1Features = Arguments.positive("in1Features", in1Features);
    this.in2Features = Arguments.positive("in2Features", in2Features);
    this.outFeatures = Arguments.positive("outFeatures", outFeatures);
    double bound = 1 / Math.sqrt((double) in1Features);
    weight =
        register(
            "weight",
            Init.uniform_(Torch.empty(outFeatures, in1Features, in2Features), -bound, bound));
    this.bias =
        bias ? register("bias", Init.uniform_(Torch.empty(outFeatures), -bound, bound)) : null;
  }

  /** Returns the weight, (out, in1, in2). */
  public Tensor weight() {
    return use(weight);
  }

  /** Returns the bias, (out), or null. */
  public @Nullable Tensor bias() {
    return use(bias);
  }

  /**
   * Returns x1 A_k x2ᵀ + b_k for each k.
   *
   * @param x1 (..., in1)
   * @param x2 (..., in2), with the sizes of x1 in all dimensions but the last
   * @return (..., out)
   * @throws ShapeException if the last sizes are not in1 and in2
   */
  public Tensor forward(Tensor x1, Tensor x2) {
    return call(x1, in -> form(in, x2));
  }

  private Tensor form(Tensor x1, Tensor x2) {
    check("x1", x1.shape(), "in1", in1Features);
    check("x2", x2.shape(), "in2", in2Features);
    return Functional.bilinear(x1, x2, weight(), bias());
  }

  private static void check(String name, Shape shape, String letter, long size) {
    if (shape.dim() == 0 || shape.size(-1) != size) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "%s: expected shape (..., %s=%d), got %s; the last size must be %sFeatures",
              name,
              letter,
              size,
              shape,
              letter));
    }
  }

  @Override
  protected String extraRepr() {
    return String.format(
        Locale.ROOT,
        "in1_features=%d, in2_features=%d, out_features=%d, bias=%s",
        in1Features,
        in2Features,
        outFeatures,
        Repr.of(bias != null));
  }
}
