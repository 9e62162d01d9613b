package panama.torch.nn;

import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/**
 * The option that the adaptive pooling layers share: the number of windows.
 *
 * @param <M> the layer's own class
 */
abstract sealed class AdaptivePool1d<M extends AdaptivePool1d<M>> extends Pool1d<M>
    permits AdaptiveMaxPool1d, AdaptiveAvgPool1d {
  private final long outputSize;

  AdaptivePool1d(long outputSize) {
    this.outputSize = Arguments.positive("outputSize", outputSize);
  }

  final Op.Results pool(String name, Tensor x) {
    return operator(name, x).arg(new long[] {outputSize}).call();
  }

  @Override
  protected final String extraRepr() {
    return "output_size=" + outputSize;
  }
}
