package panama.torch.nn;

import panama.torch.Tensor;

/**
 * Average pooling over time into a given number of windows, whatever the length: (N, C, L) to (N,
 * C, outputSize). Window i reaches from ⌊i L / outputSize⌋ to ⌈(i + 1) L / outputSize⌉.
 */
public final class AdaptiveAvgPool1d extends AdaptivePool1d<AdaptiveAvgPool1d> {
  /**
   * Creates a layer.
   *
   * @param outputSize the number of windows
   * @throws IllegalArgumentException if it is below 1
   */
  public AdaptiveAvgPool1d(long outputSize) {
    super(outputSize);
  }

  /**
   * Returns the means of the windows.
   *
   * @param x (N, C, L) or (C, L)
   * @return (N, C, outputSize) or (C, outputSize)
   */
  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> pool("aten::adaptive_avg_pool1d", in).tensor(0));
  }
}
