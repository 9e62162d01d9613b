package panama.torch.nn;

import panama.torch.Tensor;

/**
 * The Gaussian error linear unit, elementwise: x Φ(x), where Φ is the cumulative distribution
 * function of the standard normal distribution. Hendrycks and Gimpel, "Gaussian error linear units"
 * (2016).
 */
public final class GELU extends FluentModule<GELU> implements Layer {
  /** The ways of computing Φ. */
  public enum Approximate {
    /** By the error function, exactly. */
    NONE("none"),
    /** By tanh: x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. */
    TANH("tanh");

    private final String text;

    Approximate(String text) {
      this.text = text;
    }
  }

  private final Approximate approximate;

  /** Creates a layer that computes Φ by the error function. */
  public GELU() {
    this(Approximate.NONE);
  }

  /**
   * Creates a layer with a way of computing Φ.
   *
   * @param approximate the formula
   */
  public GELU(Approximate approximate) {
    this.approximate = approximate;
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> Functional.gelu(in, approximate.text));
  }

  @Override
  protected String extraRepr() {
    return "approximate='" + approximate.text + "'";
  }
}
