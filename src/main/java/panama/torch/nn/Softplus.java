package panama.torch.nn;

import panama.torch.Tensor;

/** A smooth approximation of {@link ReLU}, elementwise: log(1 + exp(beta x)) / beta. */
public final class Softplus extends FluentModule<Softplus> implements Layer {
  private final double beta;
  private final double threshold;

  /** Creates a layer with beta = 1 and threshold = 20. */
  public Softplus() {
    this(1, 20);
  }

  /**
   * Creates a layer with threshold = 20.
   *
   * @param beta the larger, the closer to {@link ReLU}
   */
  public Softplus(double beta) {
    this(beta, 20);
  }

  /**
   * Creates a layer.
   *
   * @param beta the larger, the closer to {@link ReLU}
   * @param threshold where beta x is larger, the result is x itself
   */
  public Softplus(double beta, double threshold) {
    this.beta = beta;
    this.threshold = threshold;
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> Functional.softplus(in, beta, threshold));
  }

  @Override
  protected String extraRepr() {
    return "beta=%s, threshold=%s".formatted(Repr.of(beta), Repr.of(threshold));
  }
}
