package panama.torch.nn;

import java.util.Locale;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;

/** What pooling over time shares: the form of its input. */
abstract sealed class Pool1d extends Module implements Layer
    permits MaxPool1d, AvgPool1d, AdaptiveAvgPool1d, AdaptiveMaxPool1d {
  static Tensor checked(Tensor x) {
    Shape shape = x.shape();
    if (shape.dim() != 2 && shape.dim() != 3) {
      throw new ShapeException(
          "x: expected shape (N, C, L) or (C, L), got %s; sequences of shape (N, L, C) need .transpose(1, 2)"
              .formatted(shape));
    }
    return x;
  }

  static long checkedPadding(long padding, long kernelSize) {
    if (padding < 0 || padding > kernelSize / 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "padding: expected 0 to half of kernelSize=%d, got %d",
              kernelSize,
              padding));
    }
    return padding;
  }
}
