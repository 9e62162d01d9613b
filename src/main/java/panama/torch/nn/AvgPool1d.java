package panama.torch.nn;

import panama.torch.Tensor;

/**
 * Average pooling over time: the mean of each window, from (N, C, L) to (N, C, L_out), L_out = ⌊(L
 * + 2 padding - kernelSize) / stride⌋ + 1.
 */
public final class AvgPool1d extends WindowPool1d<AvgPool1d> {
  private final boolean countIncludePad;

  /**
   * Creates a layer with PyTorch's defaults: windows side by side, no padding.
   *
   * @param kernelSize the length of a window
   * @throws IllegalArgumentException if it is below 1
   */
  public AvgPool1d(long kernelSize) {
    this(builder(kernelSize));
  }

  /**
   * Creates a layer without padding.
   *
   * @param kernelSize the length of a window
   * @param stride the step from one window to the next
   * @throws IllegalArgumentException if one is below 1
   */
  public AvgPool1d(long kernelSize, long stride) {
    this(builder(kernelSize).stride(stride));
  }

  /**
   * Creates a layer.
   *
   * @param kernelSize the length of a window
   * @param stride the step from one window to the next
   * @param padding how many zeros are added at each end, at most half of kernelSize
   * @throws IllegalArgumentException if kernelSize or stride is below 1, or for another padding
   */
  public AvgPool1d(long kernelSize, long stride, long padding) {
    this(builder(kernelSize).stride(stride).padding(padding));
  }

  private AvgPool1d(Builder builder) {
    super(builder);
    countIncludePad = builder.countIncludePad;
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

  /** The options of an {@link AvgPool1d}. */
  public static final class Builder extends WindowPool1d.Builder<Builder> {
    private boolean countIncludePad = true;

    private Builder(long kernelSize) {
      super(kernelSize);
    }

    /**
     * Sets whether the zeros of the padding count in the mean. Default: true.
     *
     * @param countIncludePad whether the zeros count
     * @return this builder
     */
    public Builder countIncludePad(boolean countIncludePad) {
      this.countIncludePad = countIncludePad;
      return this;
    }

    /**
     * Returns the layer.
     *
     * @throws IllegalArgumentException unless padding is from 0 to half of kernelSize
     */
    public AvgPool1d build() {
      return new AvgPool1d(this);
    }
  }

  /**
   * Returns the means of the windows.
   *
   * @param x (N, C, L) or (C, L)
   * @return (N, C, L_out) or (C, L_out)
   */
  @Override
  public Tensor forward(Tensor x) {
    return call(
        x, in -> window("aten::avg_pool1d", in).arg(ceilMode).arg(countIncludePad).tensor());
  }

  @Override
  protected String extraRepr() {
    return "kernel_size=%s, stride=%s, padding=%s"
        .formatted(Repr.tuple(kernelSize), Repr.tuple(stride), Repr.tuple(padding));
  }
}
