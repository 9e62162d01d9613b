package panama.torch.nn;

import java.util.Locale;

/** The values that a convolution pads its input with. */
public enum PaddingMode {
  /** Zeros. PyTorch's default. */
  ZEROS,
  /** The input mirrored at its ends, which are not repeated. */
  REFLECT,
  /** The element at the end, repeated. */
  REPLICATE,
  /** The input continued from its other end. */
  CIRCULAR;

  /** Returns PyTorch's name, such as {@code zeros}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
