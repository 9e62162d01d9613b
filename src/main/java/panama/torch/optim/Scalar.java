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
 * @param dtype of the tensor; null for a Python float
 */
record Scalar(double value, @Nullable DType dtype) {
  static final Scalar ZERO = of(0);

  /** A Python float. */
  static Scalar of(double value) {
    return new Scalar(value, null);
  }

  // In double precision one operation on two floats, rounded, is that operation in single
  // precision; half precision is computed in single.
  private Scalar result(Scalar other, double value) {
    DType common = dtype == null ? other.dtype : dtype;
    return new Scalar(rounded(value, common), common);
  }

  private static double rounded(double value, @Nullable DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> (float) value;
      case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) value));
      case BFLOAT16 -> bfloat16((float) value);
      case null, default -> value;
    };
  }

  private static float bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int toEven = 0x7fff + ((bits >>> 16) & 1);
    return Float.isNaN(value) ? value : Float.intBitsToFloat((bits + toEven) & 0xffff0000);
  }

  /** This as it is added to another, or compared: of its type. */
  private double beside(Scalar other) {
    return rounded(value, other.dtype);
  }

  /** This as it multiplies another: of the type that is computed in. */
  private double asFactorOf(Scalar other) {
    return other.dtype == null || other.dtype == DType.FLOAT64 ? value : (float) value;
  }

  Scalar plus(Scalar other) {
    return result(other, beside(other) + other.beside(this));
  }

  Scalar minus(Scalar other) {
    return result(other, beside(other) - other.beside(this));
  }

  Scalar times(Scalar other) {
    return result(other, asFactorOf(other) * other.asFactorOf(this));
  }

  Scalar times(double other) {
    return times(of(other));
  }

  Scalar dividedBy(Scalar other) {
    // PyTorch divides a Python float by a tensor in two operations.
    return dtype == null && other.dtype != null
        ? other.reciprocal().times(this)
        : result(other, asFactorOf(other) / other.asFactorOf(this));
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
