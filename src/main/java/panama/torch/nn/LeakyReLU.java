package panama.torch.nn;

import panama.torch.Tensor;

/**
 * A {@link ReLU} with a slope for negative x: x where it is positive, negativeSlope x elsewhere.
 */
public final class LeakyReLU extends FluentModule<LeakyReLU> implements Layer {
  private final double negativeSlope;

  /** Creates a layer with negativeSlope = 0.01. */
  public LeakyReLU() {
    this(0.01);
  }

  /**
   * Creates a layer.
   *
   * @param negativeSlope the slope for negative x
   */
  public LeakyReLU(double negativeSlope) {
    this.negativeSlope = negativeSlope;
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> Functional.leakyRelu(in, negativeSlope));
  }

  @Override
  protected String extraRepr() {
    return "negative_slope=" + Repr.of(negativeSlope);
  }
}
