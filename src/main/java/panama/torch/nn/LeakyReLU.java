package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.Torch;

/** x where it is positive, negativeSlope x elsewhere. */
public final class LeakyReLU extends Module implements Layer {
  private final double negativeSlope;

  /** With PyTorch's defaults: negativeSlope = 0.01. */
  public LeakyReLU() {
    this(0.01);
  }

  /**
   * With other options.
   *
   * @param negativeSlope the slope below 0
   */
  public LeakyReLU(double negativeSlope) {
    this.negativeSlope = negativeSlope;
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> Torch.op("aten::leaky_relu").arg(in).arg(negativeSlope).call().tensor());
  }

  @Override
  protected String extraRepr() {
    return "negative_slope=" + Repr.of(negativeSlope);
  }
}
