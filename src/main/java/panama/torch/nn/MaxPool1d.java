package panama.torch.nn;

import java.util.Locale;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * The largest value in each window over time: (N, C, L) to (N, C, L_out), L_out = ⌊(L + 2 padding -
 * dilation (kernelSize - 1) - 1) / stride⌋ + 1.
 */
public final class MaxPool1d extends Pool1d {
  private final long kernelSize;
  private final long stride;
  private final long padding;
  private final long dilation;
  private final boolean ceilMode;

  /** Windows side by side. */
  public MaxPool1d(long kernelSize) {
    this(builder(kernelSize));
  }

  private MaxPool1d(Builder builder) {
    kernelSize = builder.kernelSize;
    stride = builder.stride;
    padding = checkedPadding(builder.padding, kernelSize);
    dilation = builder.dilation;
    ceilMode = builder.ceilMode;
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
    private long dilation = 1;
    private boolean ceilMode;

    private Builder(long kernelSize) {
      this.kernelSize = Sizes.positive("kernelSize", kernelSize);
      stride = kernelSize;
    }

    /** The step from one window to the next. Default: kernelSize. */
    public Builder stride(long stride) {
      this.stride = Sizes.positive("stride", stride);
      return this;
    }

    /** How many elements, of -∞, are added at each end. Default: 0. */
    public Builder padding(long padding) {
      this.padding = padding;
      return this;
    }

    /** The step from one element of a window to the next. Default: 1. */
    public Builder dilation(long dilation) {
      this.dilation = Sizes.positive("dilation", dilation);
      return this;
    }

    /** Whether a last, incomplete window counts. Default: false. */
    public Builder ceilMode(boolean ceilMode) {
      this.ceilMode = ceilMode;
      return this;
    }

    /** The layer. */
    public MaxPool1d build() {
      return new MaxPool1d(this);
    }
  }

  /**
   * The maxima.
   *
   * @param x (N, C, L) or (C, L)
   * @return (N, C, L_out) or (C, L_out)
   */
  @Override
  public Tensor forward(Tensor x) {
    return call(x, in -> pool("aten::max_pool1d", in).tensor());
  }

  /** The maxima and where they stood: PyTorch's {@code return_indices=True}. */
  public Pooled forwardWithIndices(Tensor x) {
    return call(
        x,
        in -> {
          Op.Results results = pool("aten::max_pool1d_with_indices", in);
          return new Pooled(results.tensor(0), results.tensor(1));
        });
  }

  private Op.Results pool(String name, Tensor x) {
    return Torch.op(name)
        .arg(checked(x))
        .arg(new long[] {kernelSize})
        .arg(new long[] {stride})
        .arg(new long[] {padding})
        .arg(new long[] {dilation})
        .arg(ceilMode)
        .call();
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
