package panama.torch.nn.init;

import panama.torch.Shape;
import panama.torch.Tensor;

/**
 * Fills tensors with initial values, in place and without a trace in the graph. Formulas and random
 * stream are those of {@code torch.nn.init}.
 */
public final class Init {
  private Init() {}

  /** Uniform in [low, high). */
  public static Tensor uniform_(Tensor tensor, double low, double high) {
    try (Tensor data = tensor.detach()) {
      data.uniform_(low, high);
    }
    return tensor;
  }

  /** Normal. */
  public static Tensor normal_(Tensor tensor, double mean, double std) {
    try (Tensor data = tensor.detach()) {
      data.normal_(mean, std);
    }
    return tensor;
  }

  /** All {@code value}. */
  public static Tensor constant_(Tensor tensor, double value) {
    try (Tensor data = tensor.detach()) {
      data.fill_(value);
    }
    return tensor;
  }

  /**
   * Uniform in ±gain √(3 / fanIn), gain = √(2 / (1 + a²)): He et al., "Delving deep into
   * rectifiers" (2015), for a leaky ReLU of slope a.
   *
   * @param tensor at least two dimensions: (out, in, ...)
   */
  public static Tensor kaimingUniform_(Tensor tensor, double a) {
    double gain = Math.sqrt(2.0 / (1 + a * a));
    double std = gain / Math.sqrt(fan(tensor.shape(), 1));
    double bound = Math.sqrt(3.0) * std;
    return uniform_(tensor, -bound, bound);
  }

  /**
   * Uniform in ±gain √(6 / (fanIn + fanOut)): Glorot and Bengio, "Understanding the difficulty of
   * training deep feedforward neural networks" (2010).
   *
   * @param tensor at least two dimensions: (out, in, ...)
   */
  public static Tensor xavierUniform_(Tensor tensor, double gain) {
    Shape shape = tensor.shape();
    double std = gain * Math.sqrt(2.0 / (fan(shape, 1) + fan(shape, 0)));
    double bound = Math.sqrt(3.0) * std;
    return uniform_(tensor, -bound, bound);
  }

  /** Dimension 1 (in) or 0 (out), times the receptive field. */
  private static double fan(Shape shape, int dim) {
    if (shape.dim() < 2) {
      throw new IllegalArgumentException(
          "tensor: expected at least 2 dimensions (out, in, ...) to tell fan in and fan out, got"
              + " shape "
              + shape);
    }
    double fan = shape.size(dim);
    for (int i = 2; i < shape.dim(); i++) {
      fan *= shape.size(i);
    }
    return fan;
  }
}
