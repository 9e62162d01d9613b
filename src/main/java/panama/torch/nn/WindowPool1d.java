package panama.torch.nn;

import java.util.Locale;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/**
 * Options that {@link MaxPool1d} and {@link AvgPool1d} share: the window and its steps.
 *
 * @param <M> the layer's own class
 */
abstract sealed class WindowPool1d<M extends WindowPool1d<M>> extends Pool1d<M>
    permits MaxPool1d, AvgPool1d {
  final long kernelSize;
  final long stride;
  final long padding;
  final boolean ceilMode;

  WindowPool1d(Builder<?> builder) {
    kernelSize = builder.kernelSize;
    stride = builder.stride;
    padding = builder.padding;
    ceilMode = builder.ceilMode;
    if (padding < 0 || padding > kernelSize / 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "padding: expected 0 to half of kernelSize=%d, got %d",
              kernelSize,
              padding));
    }
  }

  /**
   * The options of both.
   *
   * @param <B> the layer's own builder
   */
  abstract static class Builder<B extends Builder<B>> extends FluentBuilder<B> {
    private final long kernelSize;
    private long stride;
    private long padding;
    private boolean ceilMode;

    Builder(long kernelSize) {
      this.kernelSize = Arguments.positive("kernelSize", kernelSize);
      stride = kernelSize;
    }

    /**
     * Sets the step from one window to the next. Default: kernelSize.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public final B stride(long stride) {
      this.stride = Arguments.positive("stride", stride);
      return self();
    }

    /**
     * Sets how many elements are added at each end, at most half of kernelSize: -∞ for {@link
     * MaxPool1d}, 0 for {@link AvgPool1d}. Default: 0.
     */
    public final B padding(long padding) {
      this.padding = padding;
      return self();
    }

    /**
     * Sets whether L_out is rounded up instead of down, so that a last, incomplete window counts.
     * Default: false.
     */
    public final B ceilMode(boolean ceilMode) {
      this.ceilMode = ceilMode;
      return self();
    }
  }

  /** Starts a call of an operator with x and the window. */
  final Op.Call window(String name, Tensor x) {
    return operator(name, x)
        .arg(new long[] {kernelSize})
        .arg(new long[] {stride})
        .arg(new long[] {padding});
  }
}
