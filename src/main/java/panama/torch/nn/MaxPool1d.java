package panama.torch.nn;

import java.util.Locale;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/**
 * Max pooling over time: the largest value of each window, from (N, C, L) to (N, C, L_out), L_out =
 * ⌊(L + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1.
 */
public final class MaxPool1d extends WindowPool1d<MaxPool1d> {
  private final long dilation;

  /**
   * Creates a layer with PyTorch's defaults: windows side by side, no padding.
   *
   * @param kernelSize the length of a window
   * @throws IllegalArgumentException if it is below 1
   */
  public MaxPool1d(long kernelSize) {
    this(builder(kernelSize));
  }

  /**
   * Creates a layer without padding.
   *
   * @param kernelSize the length of a window
   * @param stride the step from one window to the next
   * @throws IllegalArgumentException if one is below 1
   */
  public MaxPool1d(long kernelSize, long stride) {
    this(builder(kernelSize).stride(stride));
  }

  /**
   * Creates a layer.
   *
   * @param kernelSize the length of a window
   * @param stride the step from one window to the next
   * @param padding how many elements of -∞ are added at each end, at most half of kernelSize
   * @throws IllegalArgumentException if kernelSize or stride is below 1, or for another padding
   */
  public MaxPool1d(long kernelSize, long stride, long padding) {
    this(builder(kernelSize).stride(stride).padding(padding));
  }

  private MaxPool1d(Builder builder) {
    super(builder);
    dilation = builder.dilation;
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param kernelSize the length of a window
   * @throws IllegalArgumentException if it is below 1
   */
  public static Builder builder(long kernelSize) {
    return new Builder(kernelSize);
  }

  /** The options of a {@link MaxPool1d}. */
  public static final class Builder extends WindowPool1d.Builder<Builder> {
    private long dilation = 1;

    private Builder(long kernelSize) {
      super(kernelSize);
    }

    /**
     * Sets the step from one element of a window to the next. Default: 1.
     *
     * @param dilation the step, at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder dilation(long dilation) {
      this.dilation = Arguments.positive("dilation", dilation);
      return this;
    }

    /**
     * Returns the layer.
     *
     * @throws IllegalArgumentException unless padding is from 0 to half of kernelSize
     */
    public MaxPool1d build() {
      return new MaxPool1d(this);
    }
  }

  /**
   * Returns the maxima of the windows.
   *
   * @param x (N, C, L) or (C, L)
   * @return (N, C, L_out) or (C, L_out)
   */
  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> pool("aten::max_pool1d", in).tensor(0));
  }

  /**
   * Returns the maxima of the windows and their positions, as PyTorch's {@code
   * return_indices=True}.
   *
   * @param x (N, C, L) or (C, L)
   */
  public MaxPoolOutput forwardWithIndices(Tensor x) {
    return call(x, in -> MaxPoolOutput.of(pool("aten::max_pool1d_with_indices", in)));
  }

  private Op.Results pool(String name, Tensor x) {
    return window(name, x).arg(new long[] {dilation}).arg(ceilMode).call();
  }

  @Override
  protected String extraRepr() {
    return String.format(
        Locale.ROOT,
        "kernel_size=%d, stride=%d, padding=%d, dilation=%d, ceil_mode=%s",
        kernelSize,
        stride,
        padding,
        dilation,
        Repr.of(ceilMode));
  }
}
