package panama.torch.nn;

import java.util.Locale;

/** What a convolution sees beyond the ends of its input. */
public enum PaddingMode {
  /** 0: PyTorch's default. */
  ZEROS,
  /** The input mirrored, without its last element. */
  REFLECT,
  /** The last element over and over. */
  REPLICATE,
  /** The input from its other end. */
  CIRCULAR;

  /** PyTorch's name. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
