package panama.torch.nn;

import panama.torch.Tensor;

/**
 * The exponential linear unit, elementwise: x where it is positive, alpha (exp(x) - 1) elsewhere.
 * Clevert et al., "Fast and accurate deep network learning by exponential linear units" (2015).
 */
public final class ELU extends FluentModule<ELU> implements Layer {
  private final double alpha;

  /** Creates a layer with alpha = 1. */
  public ELU() {
    this(1);
  }

  /**
   * Creates a layer.
   *
   * @param alpha the result approaches -alpha for x to -∞
   */
  public ELU(double alpha) {
    this.alpha = alpha;
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> Functional.elu(in, alpha));
  }

  @Override
  protected String extraRepr() {
    return "alpha=" + Repr.of(alpha);
  }
}
