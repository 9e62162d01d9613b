package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.Torch;

/** The means of as many windows over time as asked for: (N, C, L) to (N, C, outputSize). */
public final class AdaptiveAvgPool1d extends Pool1d {
  private final long outputSize;

  /**
   * This many windows.
   *
   * @throws IllegalArgumentException below 1
   */
  public AdaptiveAvgPool1d(long outputSize) {
    this.outputSize = Sizes.positive("outputSize", outputSize);
  }

  /**
   * The means.
   *
   * @param x (N, C, L) or (C, L)
   * @return (N, C, outputSize) or (C, outputSize)
   */
  @Override
  public Tensor forward(Tensor x) {
    return call(
        x,
        in ->
            Torch.op("aten::adaptive_avg_pool1d")
                .arg(checked(in))
                .arg(new long[] {outputSize})
                .call()
                .tensor());
  }

  @Override
  protected String extraRepr() {
    return "output_size=" + outputSize;
  }
}
