package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Operators that optimizers use and {@link Tensor} has no method for, or none with these arguments.
 */
final class Kernels {
  private static final Op INCREMENT = Torch.op("aten::_foreach_add_.Scalar");

  private Kernels() {}

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
