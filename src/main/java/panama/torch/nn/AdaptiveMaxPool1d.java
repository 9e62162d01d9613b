package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.TensorScope;

/**
 * Max pooling over time into a given number of windows, whatever the length: (N, C, L) to (N, C,
 * outputSize). Window i reaches from ⌊i L / outputSize⌋ to ⌈(i + 1) L / outputSize⌉.
 */
public final class AdaptiveMaxPool1d extends AdaptivePool1d<AdaptiveMaxPool1d> {
  private static final String OPERATOR = "aten::adaptive_max_pool1d";

  /**
   * Creates a layer.
   *
   * @param outputSize the number of windows
   * @throws IllegalArgumentException if it is below 1
   */
  public AdaptiveMaxPool1d(long outputSize) {
    super(outputSize);
  }

  /**
   * Returns the maxima of the windows.
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
            return scope.keep(pool(OPERATOR, in).tensor(0));
          }
        });
  }

  /**
   * Returns the maxima of the windows and their positions, as PyTorch's {@code
   * return_indices=True}.
   *
   * @param x (N, C, L) or (C, L)
   */
  public MaxPoolOutput forwardWithIndices(Tensor x) {
    return call(x, in -> MaxPoolOutput.of(pool(OPERATOR, in)));
  }
}
