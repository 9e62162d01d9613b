package panama.torch.nn;

import panama.torch.Tensor;

/** log(softmax(x)) along a dimension, without loss of precision. */
public final class LogSoftmax extends Module implements Layer {
  private final int dim;

  /**
   * Along a dimension, which PyTorch asks to be named, too.
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
