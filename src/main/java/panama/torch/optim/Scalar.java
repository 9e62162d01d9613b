package panama.torch.optim;

import org.jspecify.annotations.Nullable;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.Torch;

/**
 * A number in PyTorch's L-BFGS, which mixes Python floats, of double precision, and tensors without
 * dimensions, of the parameters' precision. An operation on both gives a tensor. This class rounds
 * as Python does, so that results are equal to the bit.
 *
 * @param value exact in either precision
 * @param dtype the element type of a tensor; null for a Python float
 */
record Scalar(double value, @Nullable DType dtype) {
  static final Scalar ZERO = of(0);

  /** Returns a Python float. */
  static Scalar of(double value) {
    return new Scalar(value, null);
  }

  // One operation in double precision, rounded to single, has the result of single precision. Half
  // precision is computed in single precision.
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

  /** Returns this value as added to or compared with another: rounded to the type of the other. */
  private double asTermOf(Scalar other) {
    return rounded(value, other.dtype);
  }

  /** Returns this value as a factor of another: rounded to the type that computes the product. */
  private double asFactorOf(Scalar other) {
    return other.dtype == null || other.dtype == DType.FLOAT64 ? value : (float) value;
  }

  Scalar plus(Scalar other) {
    return result(other, asTermOf(other) + other.asTermOf(this));
  }

  Scalar minus(Scalar other) {
    return result(other, asTermOf(other) - other.asTermOf(this));
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

  /** Returns the square root of a tensor by libtorch, which does not always round to nearest. */
  Scalar sqrt() {
    TensorOptions options = TensorOptions.of(dtype == null ? DType.FLOAT64 : dtype);
    try (Tensor x = Torch.full(new long[0], value, options);
        Tensor root = x.sqrt()) {
      return new Scalar(root.item(), dtype);
    }
  }

  boolean isLessThan(Scalar other) {
    return asTermOf(other) < other.asTermOf(this);
  }

  boolean isAtMost(Scalar other) {
    return asTermOf(other) <= other.asTermOf(this);
  }

  boolean isAtMost(double other) {
    return isAtMost(of(other));
  }

  /** Returns the smaller; the first of two equal ones, as Python's {@code min}. */
  static Scalar min(Scalar a, Scalar b) {
    return b.isLessThan(a) ? b : a;
  }

  /** Returns the larger; the first of two equal ones, as Python's {@code max}. */
  static Scalar max(Scalar a, Scalar b) {
    return a.isLessThan(b) ? b : a;
  }
}
