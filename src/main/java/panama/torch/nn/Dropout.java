package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/**
 * Dropout: in training, sets each element to 0 with probability p and multiplies the others by 1 /
 * (1 - p); in evaluation, returns its input. Srivastava et al., "Dropout: a simple way to prevent
 * neural networks from overfitting" (2014).
 */
public final class Dropout extends FluentModule<Dropout> implements Layer {
  private final double p;

  /** Creates a layer with p = 0.5. */
  public Dropout() {
    this(0.5);
  }

  /**
   * Creates a layer.
   *
   * @param p the probability of an element to be set to 0
   * @throws IllegalArgumentException unless p is from 0 to 1
   */
  public Dropout(double p) {
    this.p = Arguments.probability("p", p);
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
