package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Operators that optimizers use and {@link Tensor} has no method for, or none with these arguments.
 */
final class Kernels {
  private static final Op MAXIMUM = Torch.op("aten::maximum.out");
  private static final Op INCREMENT = Torch.op("aten::_foreach_add_.Scalar");

  private Kernels() {}

  /** Sets x to decay x + (1 - decay) y². */
  static void averageSquare_(Tensor x, Tensor y, double decay) {
    x.mul_(decay).addcmul_(y, y, 1 - decay);
  }

  /** Sets x to max(x, y). */
  static void maximum_(Tensor x, Tensor y) {
    MAXIMUM.arg(x).arg(y).arg(x).call();
  }

  /** Returns the dot product of two vectors. */
  static double dot(Tensor x, Tensor y) {
    try (Tensor product = x.dot(y)) {
      return product.item();
    }
  }

  /** Adds 1 to each tensor. */
  static void increment_(List<Tensor> steps) {
    INCREMENT.start().arg(steps).arg(1).call();
  }
}
