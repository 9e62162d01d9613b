package panama.torch.nn;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.internal.Arguments;
import panama.torch.nn.init.Init;

/**
 * A convolution over time (a cross-correlation, as in PyTorch): from (N, C_in, L) to (N, C_out,
 * L_out), L_out = ⌊(L + 2 padding - dilation (kernelSize - 1) - 1) / stride⌋ + 1.
 *
 * <p>Parameters: {@code weight} (C_out, C_in / groups, kernelSize) and {@code bias} (C_out), both
 * initialized uniformly in ±√(groups / (C_in kernelSize)).
 */
public final class Conv1d extends FluentModule<Conv1d> implements Layer {
  /** Padding that is chosen by the length of the result. */
  public enum Padding {
    /** As much as makes L_out equal L; only for stride 1. */
    SAME,
    /** No padding. */
    VALID
  }

  private final long inChannels;
  private final long outChannels;
  private final long kernelSize;
  private final long stride;
  private final long padding;
  private final @Nullable Padding namedPadding;
  private final long dilation;
  private final long groups;
  private final PaddingMode paddingMode;
  private final Tensor weight;
  private final @Nullable Tensor bias;

  /**
   * Creates a layer with PyTorch's defaults: stride 1, no padding, dilation 1, one group, a bias.
   *
   * @param inChannels C_in
   * @param outChannels C_out
   * @param kernelSize the length of the kernel
   * @throws IllegalArgumentException if a size is below 1
   */
  public Conv1d(long inChannels, long outChannels, long kernelSize) {
    this(builder(inChannels, outChannels, kernelSize));
  }

  /**
   * Creates a layer with a stride and PyTorch's other defaults.
   *
   * @param inChannels C_in
   * @param outChannels C_out
   * @param kernelSize the length of the kernel
   * @param stride the step from one output to the next
   * @throws IllegalArgumentException if a size is below 1
   * @see #Conv1d(long, long, long)
   */
  public Conv1d(long inChannels, long outChannels, long kernelSize, long stride) {
    this(builder(inChannels, outChannels, kernelSize).stride(stride));
  }

  /**
   * Creates a layer with a stride, padding and PyTorch's other defaults.
   *
   * @param inChannels C_in
   * @param outChannels C_out
   * @param kernelSize the length of the kernel
   * @param stride the step from one output to the next
   * @param padding how many zeros are added at each end
   * @throws IllegalArgumentException if a size is below 1 or padding is below 0
   * @see #Conv1d(long, long, long)
   */
  public Conv1d(long inChannels, long outChannels, long kernelSize, long stride, long padding) {
    this(builder(inChannels, outChannels, kernelSize).stride(stride).padding(padding));
  }

  private Conv1d(Builder builder) {
    inChannels = builder.inChannels;
    outChannels = builder.outChannels;
    kernelSize = builder.kernelSize;
    stride = builder.stride;
    padding = builder.padding;
    namedPadding = builder.namedPadding;
    dilation = builder.dilation;
    groups = builder.groups;
    paddingMode = builder.paddingMode;
    if (inChannels % groups != 0 || outChannels % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "groups: expected a divisor of inChannels=%d and outChannels=%d, got %d",
              inChannels,
              outChannels,
              groups));
    }
    if (namedPadding == Padding.SAME && stride != 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "padding: SAME needs stride 1, got stride %d; give padding as a number",
              stride));
    }
    long fanIn = inChannels / groups * kernelSize;
    weight =
        register(
            "weight",
            Init.kaimingUniform_(
                Torch.empty(outChannels, inChannels / groups, kernelSize), Math.sqrt(5)));
    double bound = 1 / Math.sqrt((double) fanIn);
    bias =
        builder.bias
            ? register("bias", Init.uniform_(Torch.empty(outChannels), -bound, bound))
            : null;
  }

  /**
   * Returns a builder with PyTorch's defaults.
   *
   * @param inChannels C_in
   * @param outChannels C_out
   * @param kernelSize the length of the kernel
   * @throws IllegalArgumentException if a size is below 1
   */
  public static Builder builder(long inChannels, long outChannels, long kernelSize) {
    return new Builder(inChannels, outChannels, kernelSize);
  }

  /** The options of a {@link Conv1d}. */
  public static final class Builder {
    private final long inChannels;
    private final long outChannels;
    private final long kernelSize;
    private long stride = 1;
    private long padding;
    private @Nullable Padding namedPadding;
    private long dilation = 1;
    private long groups = 1;
    private boolean bias = true;
    private PaddingMode paddingMode = PaddingMode.ZEROS;

    private Builder(long inChannels, long outChannels, long kernelSize) {
      this.inChannels = Arguments.positive("inChannels", inChannels);
      this.outChannels = Arguments.positive("outChannels", outChannels);
      this.kernelSize = Arguments.positive("kernelSize", kernelSize);
    }

    /**
     * Sets the step from one output to the next. Default: 1.
     *
     * @param stride the step, at least 1
     * @return this builder
     */
    public Builder stride(long stride) {
      this.stride = Arguments.positive("stride", stride);
      return this;
    }

    /**
     * Sets how many elements are added at each end. Default: 0.
     *
     * @param padding the number of elements, at least 0
     * @return this builder
     */
    public Builder padding(long padding) {
      this.padding = Arguments.notNegative("padding", padding);
      namedPadding = null;
      return this;
    }

    /**
     * Sets padding that is chosen by the length of the result.
     *
     * @param padding the padding
     * @return this builder
     */
    public Builder padding(Padding padding) {
      this.padding = 0;
      namedPadding = padding;
      return this;
    }

    /**
     * Sets the step from one element of the kernel to the next. Default: 1.
     *
     * @param dilation the step, at least 1
     * @return this builder
     */
    public Builder dilation(long dilation) {
      this.dilation = Arguments.positive("dilation", dilation);
      return this;
    }

    /**
     * Sets the number of groups: the channels are divided into that many blocks, which are
     * convolved independently. It divides C_in and C_out; groups = C_in is a depthwise convolution.
     * Default: 1.
     *
     * @param groups the number of groups, at least 1
     * @return this builder
     */
    public Builder groups(long groups) {
      this.groups = Arguments.positive("groups", groups);
      return this;
    }

    /**
     * Sets whether there is a bias. Default: true.
     *
     * @param bias whether there is a bias
     * @return this builder
     */
    public Builder bias(boolean bias) {
      this.bias = bias;
      return this;
    }

    /**
     * Sets the values of the padding. Default: {@link PaddingMode#ZEROS}.
     *
     * @param paddingMode the values
     * @return this builder
     */
    public Builder paddingMode(PaddingMode paddingMode) {
      this.paddingMode = paddingMode;
      return this;
    }

    /**
     * Returns the layer.
     *
     * @throws IllegalArgumentException if groups does not divide the channels, or for SAME padding
     *     with a stride above 1
     */
    public Conv1d build() {
      return new Conv1d(this);
    }
  }

  /** Returns the weight, (C_out, C_in / groups, kernelSize). */
  public Tensor weight() {
    return use(weight);
  }

  /** Returns the bias, (C_out), or null. */
  public @Nullable Tensor bias() {
    return use(bias);
  }

  /**
   * Returns the convolution of x with the kernels.
   *
   * @param x (N, C_in, L) or (C_in, L)
   * @return (N, C_out, L_out) or (C_out, L_out)
   * @throws ShapeException if x has another shape
   */
  @Override
  public Tensor forward(Tensor x) {
    return call(x, this::convolve);
  }

  private Tensor convolve(Tensor x) {
    Shape shape = x.shape();
    if ((shape.dim() != 2 && shape.dim() != 3) || shape.size(-2) != inChannels) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "x: expected shape (N, C_in=%d, L) or (C_in=%d, L), got %s; sequences of shape (N, L,"
                  + " C) need .transpose(1, 2)",
              inChannels,
              inChannels,
              shape));
    }
    if (paddingMode == PaddingMode.ZEROS && namedPadding != null) {
      String name = namedPadding.name().toLowerCase(Locale.ROOT);
      return Functional.conv1d(x, weight(), bias(), stride, name, dilation, groups);
    }
    if (paddingMode == PaddingMode.ZEROS) {
      return convolve(x, padding);
    }
    long all = namedPadding == Padding.SAME ? dilation * (kernelSize - 1) : 2 * padding;
    try (Tensor padded =
        Functional.pad(x, new long[] {all / 2, all - all / 2}, paddingMode.toString())) {
      return convolve(padded, 0);
    }
  }

  private Tensor convolve(Tensor x, long zeros) {
    return Functional.conv1d(x, weight(), bias(), stride, zeros, dilation, groups);
  }

  @Override
  protected String extraRepr() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%d, %d, kernel_size=%s, stride=%s",
                inChannels,
                outChannels,
                Repr.tuple(kernelSize),
                Repr.tuple(stride)));
    if (namedPadding != null) {
      text.append(", padding=").append(namedPadding.name().toLowerCase(Locale.ROOT));
    } else if (padding != 0) {
      text.append(", padding=").append(Repr.tuple(padding));
    }
    if (dilation != 1) {
      text.append(", dilation=").append(Repr.tuple(dilation));
    }
    if (groups != 1) {
      text.append(", groups=").append(groups);
    }
    if (bias == null) {
      text.append(", bias=False");
    }
    if (paddingMode != PaddingMode.ZEROS) {
      text.append(", padding_mode=").append(paddingMode);
    }
    return text.toString();
  }
}
