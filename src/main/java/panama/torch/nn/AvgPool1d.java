package panama.torch.nn;

import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * The mean of each window over time: (N, C, L) to (N, C, L_out), L_out = ⌊(L + 2 padding -
 * kernelSize) / stride⌋ + 1.
 */
public final class AvgPool1d extends Pool1d {
  private final long kernelSize;
  private final long stride;
  private final long padding;
  private final boolean ceilMode;
  private final boolean countIncludePad;

  /** Windows side by side. */
  public AvgPool1d(long kernelSize) {
    this(builder(kernelSize));
  }

  private AvgPool1d(Builder builder) {
    kernelSize = builder.kernelSize;
    stride = builder.stride;
    padding = checkedPadding(builder.padding, kernelSize);
    ceilMode = builder.ceilMode;
    countIncludePad = builder.countIncludePad;
  }

  /**
   * Starts from PyTorch's defaults.
   *
   * @throws IllegalArgumentException for a size below 1
   */
  public static Builder builder(long kernelSize) {
    return new Builder(kernelSize);
  }

  /** The options. */
  public static final class Builder {
    private final long kernelSize;
    private long stride;
    private long padding;
    private boolean ceilMode;
    private boolean countIncludePad = true;

    private Builder(long kernelSize) {
      this.kernelSize = Sizes.positive("kernelSize", kernelSize);
      stride = kernelSize;
    }

    /** The step from one window to the next. Default: kernelSize. */
    public Builder stride(long stride) {
      this.stride = Sizes.positive("stride", stride);
      return this;
    }

    /** How many zeros are added at each end. Default: 0. */
    public Builder padding(long padding) {
      this.padding = padding;
      return this;
    }

    /** Whether a last, incomplete window counts. Default: false. */
    public Builder ceilMode(boolean ceilMode) {
      this.ceilMode = ceilMode;
      return this;
    }

    /** Whether zeros of the padding count in the mean. Default: true. */
    public Builder countIncludePad(boolean countIncludePad) {
      this.countIncludePad = countIncludePad;
      return this;
    }

    /** The layer. */
    public AvgPool1d build() {
      return new AvgPool1d(this);
    }
  }

  /**
   * The means.
   *
   * @param x (N, C, L) or (C, L)
   * @return (N, C, L_out) or (C, L_out)
   */
  @Override
  public Tensor forward(Tensor x) {
    return call(
        x,
        in ->
            Torch.op("aten::avg_pool1d")
                .arg(checked(in))
                .arg(new long[] {kernelSize})
                .arg(new long[] {stride})
                .arg(new long[] {padding})
                .arg(ceilMode)
                .arg(countIncludePad)
                .call()
                .tensor());
  }

  @Override
  protected String extraRepr() {
    return "kernel_size=%s, stride=%s, padding=%s"
        .formatted(Repr.tuple(kernelSize), Repr.tuple(stride), Repr.tuple(padding));
  }
}
