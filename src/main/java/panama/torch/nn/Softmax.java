package panama.torch.nn;

import panama.torch.Tensor;

/** exp(x) / sum(exp(x)) along a dimension. */
public final class Softmax extends Module implements Layer {
  private final int dim;

  /**
   * Along a dimension, which PyTorch asks to be named, too.
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
