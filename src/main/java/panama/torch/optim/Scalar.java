package panama.torch.optim;

import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.Torch;

/**
 * A number in the arithmetic that PyTorch's L-BFGS does in Python: a Python float, computed in
 * double precision, or a tensor of one element, computed in its own. Where the two meet, the result
 * is a tensor.
 *
 * @param value as a double, which holds either
 * @param dtype of the tensor, FLOAT32 or FLOAT64; null for a Python float
 */
record Scalar(double value, @Nullable DType dtype) {
  static final Scalar ZERO = of(0);

  /** A Python float. */
  static Scalar of(double value) {
    return new Scalar(value, null);
  }

  // In double precision one operation on two floats, rounded, is that operation in single
  // precision.
  private Scalar result(Scalar other, double value) {
    DType common = dtype == null ? other.dtype : dtype;
    return new Scalar(common == DType.FLOAT32 ? (float) value : value, common);
  }

  /** This as it enters an operation with another. */
  private double beside(Scalar other) {
    return other.dtype == DType.FLOAT32 ? (float) value : value;
  }

  Scalar plus(Scalar other) {
    return result(other, beside(other) + other.beside(this));
  }

  Scalar minus(Scalar other) {
    return result(other, beside(other) - other.beside(this));
  }

  Scalar times(Scalar other) {
    return result(other, beside(other) * other.beside(this));
  }

  Scalar times(double other) {
    return times(of(other));
  }

  Scalar dividedBy(Scalar other) {
    // PyTorch divides a Python float by a tensor in two operations.
    return dtype == null && other.dtype != null
        ? other.reciprocal().times(this)
        : result(other, beside(other) / other.beside(this));
  }

  private Scalar reciprocal() {
    return result(this, 1 / value);
  }

  Scalar negated() {
    return new Scalar(-value, dtype);
  }

  Scalar abs() {
    return new Scalar(Math.abs(value), dtype);
  }

  /** Of a tensor. By libtorch, whose root in single precision is not always the nearest. */
  Scalar sqrt() {
    TensorOptions options = TensorOptions.of(dtype == null ? DType.FLOAT64 : dtype);
    try (Tensor x = Torch.full(new long[0], value, options);
        Tensor root = x.sqrt()) {
      return new Scalar(root.item(), dtype);
    }
  }

  boolean isLessThan(Scalar other) {
    return beside(other) < other.beside(this);
  }

  boolean isAtMost(Scalar other) {
    return beside(other) <= other.beside(this);
  }

  boolean isAtMost(double other) {
    return isAtMost(of(other));
  }

  /** The first of the two smallest, as Python's min. */
  static Scalar min(Scalar a, Scalar b) {
    return b.isLessThan(a) ? b : a;
  }

  /** The first of the two largest, as Python's max. */
  static Scalar max(Scalar a, Scalar b) {
    return a.isLessThan(b) ? b : a;
  }
}
