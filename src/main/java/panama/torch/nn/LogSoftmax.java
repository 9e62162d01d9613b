package panama.torch.nn;

import panama.torch.Tensor;

/** The logarithm of the softmax along a dimension, computed without loss of precision. */
public final class LogSoftmax extends FluentModule<LogSoftmax> implements Layer {
  private final int dim;

  /**
   * Creates a layer. The dimension has no default; the one that PyTorch guesses is deprecated.
   *
   * @param dim from 0, or from -1 backwards
   */
  public LogSoftmax(int dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> in.logSoftmax(dim));
  }

  @Override
  protected String extraRepr() {
    return "dim=" + dim;
  }
}
