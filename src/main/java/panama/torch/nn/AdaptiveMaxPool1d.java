package panama.torch.nn;

import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

/**
 * The largest values of as many windows over time as asked for: (N, C, L) to (N, C, outputSize).
 */
public final class AdaptiveMaxPool1d extends Pool1d {
  private final long outputSize;

  /**
   * This many windows.
   *
   * @throws IllegalArgumentException below 1
   */
  public AdaptiveMaxPool1d(long outputSize) {
    this.outputSize = Sizes.positive("outputSize", outputSize);
  }

  /**
   * The maxima.
   *
   * @param x (N, C, L) or (C, L)
   * @return (N, C, outputSize) or (C, outputSize)
   */
  @Override
  public Tensor forward(Tensor x) {
    return call(
        x,
        in -> {
          try (TensorScope scope = new TensorScope()) {
            return scope.keep(pool(in).tensor());
          }
        });
  }

  /** The maxima and where they stood: PyTorch's {@code return_indices=True}. */
  public Pooled forwardWithIndices(Tensor x) {
    return call(
        x,
        in -> {
          Op.Results results = pool(in);
          return new Pooled(results.tensor(0), results.tensor(1));
        });
  }

  private Op.Results pool(Tensor x) {
    return Torch.op("aten::adaptive_max_pool1d")
        .arg(checked(x))
        .arg(new long[] {outputSize})
        .call();
  }

  @Override
  protected String extraRepr() {
    return "output_size=" + outputSize;
  }
}
