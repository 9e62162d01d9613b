package panama.torch.nn;

import java.util.Arrays;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.internal.Arguments;

/**
 * The negative log likelihood under a normal distribution whose mean x and variance var the network
 * predicts: (log var + (x - target)² / var) / 2. Nix and Weigend, "Estimating the mean and variance
 * of the target probability distribution" (1994).
 */
public final class GaussianNLLLoss extends Loss<GaussianNLLLoss> {
  private final boolean full;
  private final double eps;

  /** Creates a loss with PyTorch's defaults: the mean, without the constant, eps = 1e-6. */
  public GaussianNLLLoss() {
    this(builder());
  }

  /**
   * Creates a loss with a reduction and PyTorch's other defaults.
   *
   * @param reduction how the losses of single elements are combined
   */
  public GaussianNLLLoss(Reduction reduction) {
    this(builder().reduction(reduction));
  }

  private GaussianNLLLoss(Builder builder) {
    super(builder.reduction);
    full = builder.full;
    eps = builder.eps;
  }

  /** Returns a builder with PyTorch's defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options of a {@link GaussianNLLLoss}. */
  public static final class Builder extends Loss.Builder<Builder> {
    private boolean full;
    private double eps = 1e-6;

    private Builder() {}

    /**
     * Sets whether the constant log(2π) / 2 is added. Default: false.
     *
     * @param full whether to add the constant
     * @return this builder
     */
    public Builder full(boolean full) {
      this.full = full;
      return this;
    }

    /**
     * Sets the value that smaller variances are raised to. Default: 1e-6.
     *
     * @param eps the smallest variance, above 0
     * @return this builder
     * @throws IllegalArgumentException unless it is above 0
     */
    public Builder eps(double eps) {
      this.eps = Arguments.positive("eps", eps);
      return this;
    }

    /** Returns the loss. */
    public GaussianNLLLoss build() {
      return new GaussianNLLLoss(this);
    }
  }

  /**
   * Returns the loss with one variance for all elements.
   *
   * @param x means, (..., H)
   * @param target in the shape of x, or broadcast to it
   * @param var the variance of all elements, at least 0
   * @throws IllegalArgumentException if the variance is negative
   */
  public Tensor forward(Tensor x, Tensor target, double var) {
    try (TensorScope scope = new TensorScope()) {
      Tensor ones = Torch.onesLike(x);
      return scope.keep(forward(x, target, ones.mul(var)));
    }
  }

  /**
   * Returns the loss.
   *
   * @param x means, (..., H)
   * @param target in the shape of x, or broadcast to it
   * @param var variances, at least 0: in the shape of x, without its last dimension, or with size 1
   *     in one of its dimensions
   * @return a scalar, or with {@link Reduction#NONE} a tensor in the shape of x
   * @throws IllegalArgumentException if var has another shape or a negative element
   */
  public Tensor forward(Tensor x, Tensor target, Tensor var) {
    return call(x, in -> loss(in, target, var));
  }

  private Tensor loss(Tensor x, Tensor target, Tensor var) {
    try (TensorScope scope = new TensorScope()) {
      if (var.numel() > 0 && var.detach().amin().item() < 0) {
        throw new IllegalArgumentException(
            "var: expected variances of at least 0, got "
                + var.detach().amin().item()
                + "; a network that predicts them ends in Softplus or exp");
      }
      // A copy is clamped outside the graph, so that gradients reach all variances.
      Tensor variance = fitted(x, var).clone();
      variance.detach().clampMin_(eps);
      Tensor loss = variance.log().add(x.sub(target).pow(2).div(variance)).mul(0.5);
      if (full) {
        loss.add_(0.5 * Math.log(2 * Math.PI));
      }
      return scope.keep(reduce(loss));
    }
  }

  private static Tensor fitted(Tensor x, Tensor var) {
    long[] sizes = x.shape().toArray();
    long[] given = var.shape().toArray();
    if (Arrays.equals(sizes, given)) {
      return var;
    }
    if (sizes.length > 0 && Arrays.equals(Arrays.copyOf(sizes, sizes.length - 1), given)) {
      return var.unsqueeze(-1);
    }
    // PyTorch takes one size of 1 where x has another.
    int differing = Arrays.mismatch(sizes, given);
    long[] filled = given.clone();
    if (given.length == sizes.length && given[differing] == 1) {
      filled[differing] = sizes[differing];
    }
    if (!Arrays.equals(sizes, filled)) {
      throw new ShapeException(
          "var: expected shape %s, that of x, or without its last dimension, or with size 1 in one dimension, got %s"
              .formatted(x.shape(), var.shape()));
    }
    return var;
  }
}
