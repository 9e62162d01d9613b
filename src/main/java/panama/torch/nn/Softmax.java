package panama.torch.nn;

import panama.torch.Tensor;

/**
 * The softmax along a dimension: exp(x) divided by its sum; the results are positive and sum to 1.
 */
public final class Softmax extends FluentModule<Softmax> implements Layer {
  private final int dim;

  /**
   * Creates a layer. The dimension has no default; the one that PyTorch guesses is deprecated.
   *
   * @param dim from 0, or from -1 backwards
   */
  public Softmax(int dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> in.softmax(dim));
  }

  @Override
  protected String extraRepr() {
    return "dim=" + dim;
  }
}
