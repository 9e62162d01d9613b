package panama.torch.nn;

import org.jspecify.annotations.Nullable;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.init.Init;

/**
 * Options and parameters that {@link LayerNorm} and {@link BatchNorm1d} share: (x - mean) / √(var +
 * eps) · weight + bias.
 *
 * @param <M> the layer's own class
 */
abstract sealed class AffineNorm<M extends AffineNorm<M>> extends FluentModule<M> implements Layer
    permits LayerNorm, BatchNorm1d {
  final double eps;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor bias;

  AffineNorm(Builder<?> builder, boolean affine, long... sizes) {
    eps = builder.eps;
    weight = affine ? register("weight", Init.ones_(Torch.empty(sizes))) : null;
    bias = affine && builder.bias ? register("bias", Init.zeros_(Torch.empty(sizes))) : null;
  }

  /**
   * The options of both.
   *
   * @param <B> the layer's own builder
   */
  abstract static class Builder<B extends Builder<B>> extends FluentBuilder<B> {
    private double eps = 1e-5;
    private boolean bias = true;

    Builder() {}

    /** Sets the summand that keeps the denominator from 0. Default: 1e-5. */
    public B eps(double eps) {
      this.eps = eps;
      return self();
    }

    /** Sets whether there is a bias beside the weight. Default: true. */
    public final B bias(boolean bias) {
      this.bias = bias;
      return self();
    }
  }

  /** Returns which parameters there are, as PyTorch prints it. */
  final String affineRepr(String option) {
    return "%s=%s, bias=%s".formatted(option, Repr.of(weight != null), Repr.of(bias != null));
  }

  /** Returns the weight, or null if the layer has none. */
  public final @Nullable Tensor weight() {
    return use(weight);
  }

  /** Returns the bias, or null if the layer has none. */
  public final @Nullable Tensor bias() {
    return use(bias);
  }
}
