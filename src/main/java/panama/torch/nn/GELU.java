package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * x Φ(x), Φ the distribution function of the standard normal. Hendrycks and Gimpel, "Gaussian error
 * linear units" (2016).
 */
public final class GELU extends Module implements Layer {
  /** How Φ is computed. */
  public enum Approximate {
    /** By the error function. */
    NONE("none"),
    /** By tanh: x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. */
    TANH("tanh");

    private final String text;

    Approximate(String text) {
      this.text = text;
    }
  }

  private final Approximate approximate;

  /** By the error function. */
  public GELU() {
    this(Approximate.NONE);
  }

  /** By the error function, or by tanh. */
  public GELU(Approximate approximate) {
    this.approximate = approximate;
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(
        x,
        in -> Torch.op("aten::gelu").arg(in).arg("approximate", approximate.text).call().tensor());
  }

  @Override
  protected String extraRepr() {
    return "approximate='" + approximate.text + "'";
  }
}
