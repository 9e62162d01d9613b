package panama.torch.optim;

import java.util.List;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.Torch;

/**
 * Operators that optimizers use and {@link Tensor} has no method for, or none with these arguments.
 */
final class Kernels {
  private static final Op ADD = Torch.op("aten::add.Tensor");
  private static final Op ADD_IN_PLACE = Torch.op("aten::add_.Tensor");
  private static final Op LERP = Torch.op("aten::lerp_.Scalar");
  private static final Op ADDCMUL_IN_PLACE = Torch.op("aten::addcmul_");
  private static final Op ADDCMUL = Torch.op("aten::addcmul");
  private static final Op ADDCDIV = Torch.op("aten::addcdiv_");
  private static final Op MAXIMUM = Torch.op("aten::maximum.out");
  private static final Op SQRT_IN_PLACE = Torch.op("aten::sqrt_");
  private static final Op DOT = Torch.op("aten::dot");
  private static final Op INCREMENT = Torch.op("aten::_foreach_add_.Scalar");

  private Kernels() {}

  /** Returns x + alpha y. */
  static Tensor add(Tensor x, Tensor y, double alpha) {
    return ADD.arg(x).arg(y).arg(alpha).call().tensor();
  }

  /** Sets x to x + alpha y. */
  static void add_(Tensor x, Tensor y, double alpha) {
    ADD_IN_PLACE.arg(x).arg(y).arg(alpha).call();
  }

  /** Sets x to x + weight (end - x). */
  static void lerp_(Tensor x, Tensor end, double weight) {
    LERP.arg(x).arg(end).arg(weight).call();
  }

  /** Returns x + value y z. */
  static Tensor addcmul(Tensor x, Tensor y, Tensor z, double value) {
    return ADDCMUL.arg(x).arg(y).arg(z).arg(value).call().tensor();
  }

  /** Sets x to x + value y z. */
  static void addcmul_(Tensor x, Tensor y, Tensor z, double value) {
    ADDCMUL_IN_PLACE.arg(x).arg(y).arg(z).arg(value).call();
  }

  /** Sets x to x + value y / z. */
  static void addcdiv_(Tensor x, Tensor y, Tensor z, double value) {
    ADDCDIV.arg(x).arg(y).arg(z).arg(value).call();
  }

  /** Sets x to decay x + (1 - decay) y². */
  static void averageSquare_(Tensor x, Tensor y, double decay) {
    addcmul_(x.mul_(decay), y, y, 1 - decay);
  }

  /** Sets x to max(x, y). */
  static void maximum_(Tensor x, Tensor y) {
    MAXIMUM.arg(x).arg(y).arg(x).call();
  }

  /** Sets x to √x and returns it. */
  static Tensor sqrt_(Tensor x) {
    SQRT_IN_PLACE.arg(x).call();
    return x;
  }

  /** Returns the dot product of two vectors. */
  static double dot(Tensor x, Tensor y) {
    try (Tensor product = DOT.arg(x).arg(y).call().tensor()) {
      return product.item();
    }
  }

  /** Adds 1 to each tensor. */
  static void increment_(List<Tensor> steps) {
    INCREMENT.start().arg(steps).arg(1).call();
  }
}
