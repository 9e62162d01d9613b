package panama.torch.nn;

import panama.torch.Tensor;

/**
 * In training, zeroes each element with probability p and scales the rest by 1 / (1 - p); in
 * evaluation does nothing. Srivastava et al., "Dropout: a simple way to prevent neural networks
 * from overfitting" (2014).
 */
public final class Dropout extends Module implements Layer {
  private final double p;

  /** p = 0.5. */
  public Dropout() {
    this(0.5);
  }

  /**
   * With probability p.
   *
   * @throws IllegalArgumentException unless p is from 0 to 1
   */
  public Dropout(double p) {
    this.p = Sizes.probability("p", p);
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> Functional.dropout(in, p, isTraining()));
  }

  @Override
  protected String extraRepr() {
    return "p=" + Repr.of(p) + ", inplace=False";
  }
}
