package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.Torch;

/** log(1 + exp(beta x)) / beta: a smooth {@link ReLU}. */
public final class Softplus extends Module implements Layer {
  private final double beta;
  private final double threshold;

  /** With PyTorch's defaults: beta = 1, threshold = 20. */
  public Softplus() {
    this(1, 20);
  }

  /**
   * With other options.
   *
   * @param beta how sharp the bend is
   * @param threshold where beta x is larger, the result is x itself
   */
  public Softplus(double beta, double threshold) {
    this.beta = beta;
    this.threshold = threshold;
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(
        x, in -> Torch.op("aten::softplus").arg(in).arg(beta).arg(threshold).call().tensor());
  }

  @Override
  protected String extraRepr() {
    return "beta=%s, threshold=%s".formatted(Repr.of(beta), Repr.of(threshold));
  }
}
