package panama.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.Arithmetic;
import panama.torch.internal.Autograd;
import panama.torch.internal.Creation;
import panama.torch.internal.Data;
import panama.torch.internal.Hooks;
import panama.torch.internal.NeuralNetworks;
import panama.torch.internal.TensorHandle;
import panama.torch.internal.TensorInfo;
import panama.torch.internal.Value;
import panama.torch.internal.Views;

/**
 * An array of numbers of one {@link DType} in any number of dimensions, off the Java heap, with
 * PyTorch's methods.
 *
 * <p>Every method returns a new tensor; those whose name ends in an underscore change this one and
 * return it. A dimension argument counts from 0, or from -1 backwards. Operands are broadcast and
 * their types promoted as in PyTorch.
 *
 * <p>A tensor may be used from any thread. It is freed by the {@link TensorScope} that it was made
 * in, by {@link #close}, or by the garbage collector; whichever comes first, and never during a
 * call. Every method throws {@link IllegalStateException} after that, {@link ArgumentException} for
 * arguments whose shapes, types or indices do not suit, and {@link TorchException} where libtorch
 * fails otherwise.
 */
public final class Tensor implements AutoCloseable {
  static {
    TorchException.install();
  }

  private final TensorHandle handle;

  /** The scope that frees this tensor; null where the garbage collector does. */
  private @Nullable TensorScope scope;

  private boolean adopted;

  /** Takes ownership of the handle, for this thread's innermost scope or the garbage collector. */
  Tensor(TensorHandle handle) {
    this.handle = handle;
    moveTo(TensorScope.current());
  }

  // Ownership

  TensorHandle handle() {
    return handle;
  }

  boolean isOwnedBy(TensorScope other) {
    return scope == other;
  }

  /** Hands this tensor to a scope; null: to the garbage collector. */
  void moveTo(@Nullable TensorScope owner) {
    scope = owner;
    if (owner != null) {
      owner.add(this);
    } else if (!adopted) {
      adopted = true;
      handle.adopt();
    }
  }

  /** Frees this tensor. Views and results of it stay valid. A second time does nothing. */
  @Override
  public void close() {
    handle.close();
  }

  /** Whether this tensor has been freed. */
  public boolean isClosed() {
    return !handle.isOpen();
  }

  // What it is

  private TensorInfo info(String operation) {
    return TensorInfo.of(handle, operation);
  }

  /** The sizes of all dimensions. */
  public Shape shape() {
    return Shape.of(info("shape").sizes());
  }

  /**
   * The size of one dimension.
   *
   * @throws IndexException when there is no such dimension
   */
  public long size(int dim) {
    return shape().size(dim);
  }

  /** The number of dimensions. */
  public int dim() {
    return info("dim").sizes().length;
  }

  /** The number of elements. */
  public long numel() {
    return info("numel").numel();
  }

  /** The steps from one element to the next along each dimension, in elements. */
  public long[] stride() {
    return info("stride").strides();
  }

  /** The type of the elements. */
  public DType dtype() {
    return DType.of(info("dtype").dtype());
  }

  /** Where the elements live. */
  public Device device() {
    TensorInfo info = info("device");
    return Device.of(info.deviceType(), info.deviceIndex());
  }

  /** Whether gradients are recorded for this tensor. */
  public boolean requiresGrad() {
    return info("requiresGrad").requiresGrad();
  }

  /**
   * The operation that this recorded result came from, such as {@code AddBackward0}; null for a
   * leaf.
   */
  public @Nullable String gradFn() {
    return Autograd.gradFn(handle) instanceof Value.Text text ? text.value() : null;
  }

  /** Whether this tensor is no result of a recorded operation. */
  public boolean isLeaf() {
    return info("isLeaf").isLeaf();
  }

  /** Whether the elements lie in row-major order without gaps. */
  public boolean isContiguous() {
    return info("isContiguous").isContiguous();
  }

  /** This tensor as PyTorch prints it. */
  @Override
  public String toString() {
    return isClosed() ? "tensor(closed)" : TensorPrinter.print(this);
  }

  // Elements out and in

  private Value scalar() {
    return Data.item(handle);
  }

  /**
   * The value of a tensor of one element, as a double; a truth value is 0 or 1.
   *
   * @throws ShapeException when there are more elements or fewer
   */
  public double item() {
    return switch (scalar()) {
      case Value.Int(long value) -> value;
      case Value.Truth(boolean value) -> value ? 1 : 0;
      case Value.Real(double value) -> value;
      case Value other -> throw new AssertionError(other);
    };
  }

  /**
   * The value of a tensor of one element of an integer type.
   *
   * @throws ShapeException when there are more elements or fewer
   * @throws DTypeException when it is no integer, or of UINT64 and too large for a long
   */
  public long itemLong() {
    return switch (scalar()) {
      case Value.Int(long value) -> value;
      case Value.Truth(boolean value) -> value ? 1 : 0;
      case Value.Real real when dtype() == DType.UINT64 ->
          throw new DTypeException(
              "itemLong: expected at most 9223372036854775807, got a uint64 above it; use item(),"
                  + " or .to(DType.INT64) for the same bits");
      case Value other ->
          throw new DTypeException(
              "itemLong: expected an integer type, got " + dtype() + "; use item()");
    };
  }

  /** The value of a tensor of one BOOL element, or whether the one number is not 0. */
  public boolean itemBoolean() {
    return item() != 0;
  }

  /**
   * Returns the elements in row-major order. Those of another floating-point type are converted:
   * FLOAT64 is rounded, the others fit.
   *
   * @throws DTypeException for integers, truth values and complex numbers
   */
  public float[] toFloatArray() {
    requireKind("toFloatArray", DType::isFloatingPoint, "a floating-point type", DType.FLOAT32);
    return copyOut("toFloatArray", DType.FLOAT32, copy -> copy.toArray(ValueLayout.JAVA_FLOAT));
  }

  /**
   * Returns the elements in row-major order. Those of another floating-point type are converted,
   * without loss.
   *
   * @throws DTypeException for integers, truth values and complex numbers
   */
  public double[] toDoubleArray() {
    requireKind("toDoubleArray", DType::isFloatingPoint, "a floating-point type", DType.FLOAT64);
    return copyOut("toDoubleArray", DType.FLOAT64, copy -> copy.toArray(ValueLayout.JAVA_DOUBLE));
  }

  /**
   * Returns the elements in row-major order, of any integer type.
   *
   * @throws DTypeException for other types than integers, and for a number that is no long
   */
  public long[] toLongArray() {
    return integers("toLongArray", DType.INT64);
  }

  /**
   * Returns the elements in row-major order, of any integer type.
   *
   * @throws DTypeException for other types than integers, and for a number that is no int
   */
  public int[] toIntArray() {
    if (dtype() == DType.INT32) {
      return copyOut("toIntArray", DType.INT32, copy -> copy.toArray(ValueLayout.JAVA_INT));
    }
    return Arrays.stream(integers("toIntArray", DType.INT32)).mapToInt(n -> (int) n).toArray();
  }

  /**
   * Returns the elements in row-major order, of any integer type.
   *
   * @throws DTypeException for other types than integers, and for a number that is no short
   */
  public short[] toShortArray() {
    long[] numbers = integers("toShortArray", DType.INT16);
    short[] shorts = new short[numbers.length];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) numbers[i];
    }
    return shorts;
  }

  /** The bytes of the elements in row-major order and native byte order, of any type. */
  public byte[] toByteArray() {
    return copyOut("toByteArray", null, copy -> copy.toArray(ValueLayout.JAVA_BYTE));
  }

  /**
   * Returns the elements in row-major order.
   *
   * @throws DTypeException for other types than BOOL
   */
  public boolean[] toBooleanArray() {
    requireKind("toBooleanArray", dtype -> dtype == DType.BOOL, "bool", DType.BOOL);
    byte[] bytes =
        copyOut("toBooleanArray", DType.BOOL, copy -> copy.toArray(ValueLayout.JAVA_BYTE));
    boolean[] truths = new boolean[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      truths[i] = bytes[i] != 0;
    }
    return truths;
  }

  /** The elements, none of them out of the range of a type that an array holds. */
  private long[] integers(String operation, DType limits) {
    requireKind(operation, DType::isInteger, "an integer type", limits);
    long[] numbers = copyOut(operation, DType.INT64, copy -> copy.toArray(ValueLayout.JAVA_LONG));
    DType.IntInfo range = limits.iinfo();
    boolean signed = dtype().isSigned();
    long least = signed ? range.min() : 0;
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] < least || numbers[i] > range.max()) {
        throw new DTypeException(
            String.format(
                Locale.ROOT,
                "%s: expected numbers from %d to %d, got %s as element %d; use %s",
                operation,
                least,
                range.max(),
                signed ? Long.toString(numbers[i]) : Long.toUnsignedString(numbers[i]),
                i,
                limits == DType.INT64 ? "toByteArray()" : "toLongArray()"));
      }
    }
    return numbers;
  }

  private void requireKind(String operation, Predicate<DType> kind, String expected, DType remedy) {
    DType dtype = dtype();
    if (!kind.test(dtype)) {
      throw new DTypeException(
          "%s: expected %s, got %s; %s first"
              .formatted(
                  operation,
                  expected,
                  dtype,
                  dtype.isComplex()
                      ? "take the parts with Torch.op(\"aten::view_as_real\")"
                      : "convert with .to(DType.%s)".formatted(remedy.name())));
    }
  }

  private <A> A copyOut(
      String operation, @Nullable DType wanted, Function<MemorySegment, A> toArray) {
    TensorInfo info = info(operation);
    if (wanted != null && info.dtype() != wanted.code()) {
      try (Tensor plain = detach();
          Tensor converted = plain.to(wanted)) {
        return converted.copyOut(operation, wanted, toArray);
      }
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(info.numel() * info.elementSize(), info.elementSize());
      Data.copyOut(handle, copy);
      return toArray.apply(copy);
    }
  }

  /**
   * The elements themselves, without a copy: what is written to the segment is written to the
   * tensor. The segment stays valid for as long as it is reachable, even after {@link #close}; from
   * now on no operator can grow this tensor's storage.
   *
   * <p>Autograd does not see what is written to the segment: write before a graph records this
   * tensor, or {@link #copyFrom_} instead. Otherwise its gradients are wrong without a word.
   *
   * @throws ArgumentException unless contiguous and on the CPU
   */
  public MemorySegment asSegment() {
    TensorInfo info = info("asSegment");
    if (!info.isContiguous() || info.deviceType() != Device.Type.CPU.code()) {
      throw new ArgumentException(
          "asSegment: expected a contiguous tensor on the CPU, got %s on %s; use .contiguous() or"
                  .formatted(info.isContiguous() ? "one" : "one with gaps", device())
              + " .to(Device.CPU)");
    }
    return Data.view(handle, info.dataAddress(), info.numel() * info.elementSize());
  }

  /**
   * Replaces the elements, in row-major order.
   *
   * @param source native or heap memory of exactly this tensor's bytes, in native byte order
   * @throws ShapeException for another size
   * @throws IllegalStateException when the memory has been freed, or is another thread's alone
   */
  public Tensor copyFrom_(MemorySegment source) {
    if (source.isNative()) {
      Data.copyIn(handle, source);
    } else {
      try (Arena arena = Arena.ofConfined()) {
        Data.copyIn(handle, arena.allocate(source.byteSize(), 16).copyFrom(source));
      }
    }
    return this;
  }

  // Conversion

  /** This tensor with elements of another type; this very data where it already is so. */
  public Tensor to(DType dtype) {
    TensorInfo info = info("to");
    return convert(dtype, Device.of(info.deviceType(), info.deviceIndex()));
  }

  /** This tensor on another device; this very data where it already is so. */
  public Tensor to(Device device) {
    return convert(dtype(), device);
  }

  /**
   * This tensor of another type and on another device; this very data where it already is so. The
   * result requires gradients where this tensor does, whatever the options say.
   */
  public Tensor to(TensorOptions options) {
    return to(options, false);
  }

  /**
   * This tensor of another type and on another device. The result requires gradients where this
   * tensor does, whatever the options say.
   *
   * @param copy whether it gets its own data even where type and device are these already
   */
  public Tensor to(TensorOptions options, boolean copy) {
    return new Tensor(Views.to(handle, options.requiresGrad(false).toNative(), copy));
  }

  /** This tensor of the type and on the device of another one. */
  public Tensor to(Tensor other) {
    return convert(other.dtype(), other.device());
  }

  /** This tensor of the type of another one, and on its device. */
  public Tensor typeAs(Tensor other) {
    return to(other);
  }

  /** This tensor in the memory of the processor; this very data where it already is so. */
  public Tensor cpu() {
    return to(Device.CPU);
  }

  private Tensor convert(DType dtype, Device device) {
    return new Tensor(Views.to(handle, TensorOptions.of(dtype).device(device).toNative(), false));
  }

  /** In row-major order without gaps; this very data where it already is so. */
  public Tensor contiguous() {
    return new Tensor(Views.contiguous(handle));
  }

  /** A copy with its own storage, PyTorch's {@code clone}; gradients flow through it. */
  public Tensor copy() {
    return new Tensor(Views.copy(handle));
  }

  // Others of this type, on this device

  /** Not initialised: whatever the memory held. */
  public Tensor newEmpty(long... sizes) {
    return call("aten::new_empty").arg(sizes).call().tensor();
  }

  /** All 0. */
  public Tensor newZeros(long... sizes) {
    return call("aten::new_zeros").arg(sizes).call().tensor();
  }

  /** All 1. */
  public Tensor newOnes(long... sizes) {
    return call("aten::new_ones").arg(sizes).call().tensor();
  }

  /** All {@code value}. */
  public Tensor newFull(long[] sizes, double value) {
    return call("aten::new_full").arg(sizes).arg(value).call().tensor();
  }

  /** All {@code value}. */
  public Tensor newFull(long[] sizes, long value) {
    return call("aten::new_full").arg(sizes).arg(value).call().tensor();
  }

  // Arithmetic

  /** Sum, elementwise. */
  public Tensor add(Tensor other) {
    return new Tensor(Arithmetic.add(handle, other.handle));
  }

  /** Sum, elementwise, with one integer. */
  public Tensor add(long other) {
    return new Tensor(Arithmetic.add(handle, new Value.Int(other)));
  }

  /** Sum, elementwise, with one number. */
  public Tensor add(double other) {
    return new Tensor(Arithmetic.add(handle, new Value.Real(other)));
  }

  /** this + alpha · other, elementwise. */
  public Tensor add(Tensor other, double alpha) {
    return call("aten::add.Tensor").arg(other).arg("alpha", alpha).call().tensor();
  }

  /** this + alpha · other, elementwise, for integers too. */
  public Tensor add(Tensor other, long alpha) {
    return call("aten::add.Tensor").arg(other).arg("alpha", alpha).call().tensor();
  }

  /** Difference, elementwise. */
  public Tensor sub(Tensor other) {
    return new Tensor(Arithmetic.sub(handle, other.handle));
  }

  /** Difference, elementwise, with one integer. */
  public Tensor sub(long other) {
    return new Tensor(Arithmetic.sub(handle, new Value.Int(other)));
  }

  /** Difference, elementwise, with one number. */
  public Tensor sub(double other) {
    return new Tensor(Arithmetic.sub(handle, new Value.Real(other)));
  }

  /** this - alpha · other, elementwise. */
  public Tensor sub(Tensor other, double alpha) {
    return call("aten::sub.Tensor").arg(other).arg("alpha", alpha).call().tensor();
  }

  /** this - alpha · other, elementwise, for integers too. */
  public Tensor sub(Tensor other, long alpha) {
    return call("aten::sub.Tensor").arg(other).arg("alpha", alpha).call().tensor();
  }

  /** other - this, elementwise. */
  public Tensor rsub(Tensor other) {
    return binary("aten::rsub.Tensor", other);
  }

  /** other - this, elementwise: {@code x.rsub(1)} is {@code 1 - x}. */
  public Tensor rsub(long other) {
    return binary("aten::rsub.Scalar", other);
  }

  /** other - this, elementwise: {@code x.rsub(1.0)} is {@code 1.0 - x}. */
  public Tensor rsub(double other) {
    return binary("aten::rsub.Scalar", other);
  }

  /** Product, elementwise. */
  public Tensor mul(Tensor other) {
    return new Tensor(Arithmetic.mul(handle, other.handle));
  }

  /** Product, elementwise, with one integer. */
  public Tensor mul(long other) {
    return new Tensor(Arithmetic.mul(handle, new Value.Int(other)));
  }

  /** Product, elementwise, with one number. */
  public Tensor mul(double other) {
    return new Tensor(Arithmetic.mul(handle, new Value.Real(other)));
  }

  /** Quotient, of floating-point type, elementwise. */
  public Tensor div(Tensor other) {
    return new Tensor(Arithmetic.div(handle, other.handle));
  }

  /** Quotient, of floating-point type, elementwise, with one integer. */
  public Tensor div(long other) {
    return new Tensor(Arithmetic.div(handle, new Value.Int(other)));
  }

  /** Quotient, of floating-point type, elementwise, with one number. */
  public Tensor div(double other) {
    return new Tensor(Arithmetic.div(handle, new Value.Real(other)));
  }

  /** The quotient rounded down, elementwise, of the operands' type. */
  public Tensor floorDivide(Tensor other) {
    return binary("aten::floor_divide", other);
  }

  /** The quotient by one integer, rounded down, elementwise. */
  public Tensor floorDivide(long other) {
    return binary("aten::floor_divide", other);
  }

  /** The quotient by one number, rounded down, elementwise. */
  public Tensor floorDivide(double other) {
    return binary("aten::floor_divide", other);
  }

  /** The remainder with the divisor's sign, as Python's {@code %}, elementwise. */
  public Tensor remainder(Tensor other) {
    return binary("aten::remainder.Tensor", other);
  }

  /** The remainder with the divisor's sign, as Python's {@code %}, elementwise. */
  public Tensor remainder(long other) {
    return binary("aten::remainder.Scalar", other);
  }

  /** The remainder with the divisor's sign, as Python's {@code %}, elementwise. */
  public Tensor remainder(double other) {
    return binary("aten::remainder.Scalar", other);
  }

  /** The remainder with the dividend's sign, as Java's {@code %}, elementwise. */
  public Tensor fmod(Tensor other) {
    return binary("aten::fmod.Tensor", other);
  }

  /** The remainder with the dividend's sign, as Java's {@code %}, elementwise. */
  public Tensor fmod(long other) {
    return binary("aten::fmod.Scalar", other);
  }

  /** The remainder with the dividend's sign, as Java's {@code %}, elementwise. */
  public Tensor fmod(double other) {
    return binary("aten::fmod.Scalar", other);
  }

  /** Power, elementwise. */
  public Tensor pow(Tensor other) {
    return new Tensor(Arithmetic.pow(handle, other.handle));
  }

  /** Power, elementwise, with one integer. */
  public Tensor pow(long other) {
    return new Tensor(Arithmetic.pow(handle, new Value.Int(other)));
  }

  /** Power, elementwise, with one number. */
  public Tensor pow(double other) {
    return new Tensor(Arithmetic.pow(handle, new Value.Real(other)));
  }

  /** The negative, elementwise. */
  public Tensor neg() {
    return new Tensor(Arithmetic.neg(handle));
  }

  /** The absolute value, elementwise. */
  public Tensor abs() {
    return new Tensor(Arithmetic.abs(handle));
  }

  /** -1, 0 or 1, elementwise. */
  public Tensor sign() {
    return unary("aten::sign");
  }

  /** 1 / x, elementwise. */
  public Tensor reciprocal() {
    return unary("aten::reciprocal");
  }

  /** x², elementwise. */
  public Tensor square() {
    return unary("aten::square");
  }

  /** The square root, elementwise. */
  public Tensor sqrt() {
    return new Tensor(Arithmetic.sqrt(handle));
  }

  /** 1 / √x, elementwise. */
  public Tensor rsqrt() {
    return unary("aten::rsqrt");
  }

  /** e to the power of this, elementwise. */
  public Tensor exp() {
    return new Tensor(Arithmetic.exp(handle));
  }

  /** 2 to the power of this, elementwise. */
  public Tensor exp2() {
    return unary("aten::exp2");
  }

  /** exp(x) - 1, exact near 0, elementwise. */
  public Tensor expm1() {
    return unary("aten::expm1");
  }

  /** The natural logarithm, elementwise. */
  public Tensor log() {
    return new Tensor(Arithmetic.log(handle));
  }

  /** log(1 + x), exact near 0, elementwise. */
  public Tensor log1p() {
    return unary("aten::log1p");
  }

  /** The logarithm to base 2, elementwise. */
  public Tensor log2() {
    return unary("aten::log2");
  }

  /** The logarithm to base 10, elementwise. */
  public Tensor log10() {
    return unary("aten::log10");
  }

  /** log(exp(this) + exp(other)), without overflow, elementwise. */
  public Tensor logaddexp(Tensor other) {
    return binary("aten::logaddexp", other);
  }

  /** this · log(other), 0 where this is 0, elementwise. */
  public Tensor xlogy(Tensor other) {
    return binary("aten::xlogy.Tensor", other);
  }

  /** log(x / (1 - x)), elementwise. */
  public Tensor logit() {
    return unary("aten::logit");
  }

  /** The sine, elementwise. */
  public Tensor sin() {
    return unary("aten::sin");
  }

  /** The cosine, elementwise. */
  public Tensor cos() {
    return unary("aten::cos");
  }

  /** The tangent, elementwise. */
  public Tensor tan() {
    return unary("aten::tan");
  }

  /** The arc sine, elementwise. */
  public Tensor asin() {
    return unary("aten::asin");
  }

  /** The arc cosine, elementwise. */
  public Tensor acos() {
    return unary("aten::acos");
  }

  /** The arc tangent, elementwise. */
  public Tensor atan() {
    return unary("aten::atan");
  }

  /** The angle of the point (other, this), in its right quadrant, elementwise. */
  public Tensor atan2(Tensor other) {
    return binary("aten::atan2", other);
  }

  /** The hyperbolic sine, elementwise. */
  public Tensor sinh() {
    return unary("aten::sinh");
  }

  /** The hyperbolic cosine, elementwise. */
  public Tensor cosh() {
    return unary("aten::cosh");
  }

  /** The hyperbolic tangent, elementwise. */
  public Tensor tanh() {
    return new Tensor(Arithmetic.tanh(handle));
  }

  /** 1 / (1 + exp(-x)), elementwise. */
  public Tensor sigmoid() {
    return new Tensor(Arithmetic.sigmoid(handle));
  }

  /** max(0, x), elementwise. */
  public Tensor relu() {
    return new Tensor(Arithmetic.relu(handle));
  }

  /** The error function 2/√π ∫₀ˣ exp(-t²) dt, elementwise. */
  public Tensor erf() {
    return unary("aten::erf");
  }

  /** The largest whole number that is not above, elementwise. */
  public Tensor floor() {
    return unary("aten::floor");
  }

  /** The smallest whole number that is not below, elementwise. */
  public Tensor ceil() {
    return unary("aten::ceil");
  }

  /** The whole number towards 0, elementwise. */
  public Tensor trunc() {
    return unary("aten::trunc");
  }

  /** x - trunc(x), elementwise. */
  public Tensor frac() {
    return unary("aten::frac");
  }

  /** The nearest whole number, the even one of two, elementwise. */
  public Tensor round() {
    return unary("aten::round");
  }

  /** Rounded to so many decimal places, elementwise; below 0: to tens, hundreds, ... */
  public Tensor round(int decimals) {
    return call("aten::round.decimals").arg("decimals", decimals).call().tensor();
  }

  /** Between two numbers, elementwise; {@code max} everywhere if it is below {@code min}. */
  public Tensor clamp(long min, long max) {
    return call("aten::clamp").arg(min).arg(max).call().tensor();
  }

  /** Between two numbers, elementwise; {@code max} everywhere if it is below {@code min}. */
  public Tensor clamp(double min, double max) {
    return call("aten::clamp").arg(min).arg(max).call().tensor();
  }

  /** Between two tensors, broadcast, elementwise; null: no bound on that side. */
  public Tensor clamp(@Nullable Tensor min, @Nullable Tensor max) {
    return call("aten::clamp.Tensor").argOrNone(min).argOrNone(max).call().tensor();
  }

  /** At least this, elementwise. */
  public Tensor clampMin(long other) {
    return binary("aten::clamp_min", other);
  }

  /** At least this, elementwise. */
  public Tensor clampMin(double other) {
    return binary("aten::clamp_min", other);
  }

  /** At most this, elementwise. */
  public Tensor clampMax(long other) {
    return binary("aten::clamp_max", other);
  }

  /** At most this, elementwise. */
  public Tensor clampMax(double other) {
    return binary("aten::clamp_max", other);
  }

  /** The smaller of the two, elementwise; NaN where one is. */
  public Tensor minimum(Tensor other) {
    return binary("aten::minimum", other);
  }

  /** The larger of the two, elementwise; NaN where one is. */
  public Tensor maximum(Tensor other) {
    return binary("aten::maximum", other);
  }

  /** this + weight · (end - this), elementwise. */
  public Tensor lerp(Tensor end, double weight) {
    return call("aten::lerp.Scalar").arg(end).arg(weight).call().tensor();
  }

  /** this + weight · (end - this), elementwise. */
  public Tensor lerp(Tensor end, Tensor weight) {
    return call("aten::lerp.Tensor").arg(end).arg(weight).call().tensor();
  }

  /** this + a · b, elementwise. */
  public Tensor addcmul(Tensor a, Tensor b) {
    return call("aten::addcmul").arg(a).arg(b).call().tensor();
  }

  /** this + value · a · b, elementwise. */
  public Tensor addcmul(Tensor a, Tensor b, double value) {
    return call("aten::addcmul").arg(a).arg(b).arg("value", value).call().tensor();
  }

  /** this + a / b, elementwise. */
  public Tensor addcdiv(Tensor a, Tensor b) {
    return call("aten::addcdiv").arg(a).arg(b).call().tensor();
  }

  /** this + value · a / b, elementwise. */
  public Tensor addcdiv(Tensor a, Tensor b, double value) {
    return call("aten::addcdiv").arg(a).arg(b).arg("value", value).call().tensor();
  }

  /** With 0 for NaN, and the largest finite numbers of the type for the infinities. */
  public Tensor nanToNum() {
    return unary("aten::nan_to_num");
  }

  /** With these numbers for NaN and the infinities. */
  public Tensor nanToNum(double nan, double posinf, double neginf) {
    return call("aten::nan_to_num").arg(nan).arg(posinf).arg(neginf).call().tensor();
  }

  /** Where both are not 0: BOOL. */
  public Tensor logicalAnd(Tensor other) {
    return binary("aten::logical_and", other);
  }

  /** Where one or both are not 0: BOOL. */
  public Tensor logicalOr(Tensor other) {
    return binary("aten::logical_or", other);
  }

  /** Where exactly one is not 0: BOOL. */
  public Tensor logicalXor(Tensor other) {
    return binary("aten::logical_xor", other);
  }

  /** Where this is 0: BOOL. */
  public Tensor logicalNot() {
    return unary("aten::logical_not");
  }

  /** The bits that are set in both, elementwise; integers and BOOL. */
  public Tensor bitwiseAnd(Tensor other) {
    return binary("aten::bitwise_and.Tensor", other);
  }

  /** The bits that are set in both, elementwise; integers and BOOL. */
  public Tensor bitwiseAnd(long other) {
    return binary("aten::bitwise_and.Scalar", other);
  }

  /** The bits that are set in one or both, elementwise; integers and BOOL. */
  public Tensor bitwiseOr(Tensor other) {
    return binary("aten::bitwise_or.Tensor", other);
  }

  /** The bits that are set in one or both, elementwise; integers and BOOL. */
  public Tensor bitwiseOr(long other) {
    return binary("aten::bitwise_or.Scalar", other);
  }

  /** The bits that are set in exactly one, elementwise; integers and BOOL. */
  public Tensor bitwiseXor(Tensor other) {
    return binary("aten::bitwise_xor.Tensor", other);
  }

  /** The bits that are set in exactly one, elementwise; integers and BOOL. */
  public Tensor bitwiseXor(long other) {
    return binary("aten::bitwise_xor.Scalar", other);
  }

  /** The bits that are not set, elementwise; integers and BOOL. */
  public Tensor bitwiseNot() {
    return unary("aten::bitwise_not");
  }

  /** The bits moved to the left, elementwise; integers. */
  public Tensor bitwiseLeftShift(Tensor other) {
    return binary("aten::bitwise_left_shift.Tensor", other);
  }

  /** The bits moved to the left, elementwise; integers. */
  public Tensor bitwiseLeftShift(long other) {
    return binary("aten::bitwise_left_shift.Tensor_Scalar", other);
  }

  /** The bits moved to the right, the sign kept, elementwise; integers. */
  public Tensor bitwiseRightShift(Tensor other) {
    return binary("aten::bitwise_right_shift.Tensor", other);
  }

  /** The bits moved to the right, the sign kept, elementwise; integers. */
  public Tensor bitwiseRightShift(long other) {
    return binary("aten::bitwise_right_shift.Tensor_Scalar", other);
  }

  // Arithmetic in place

  /** Becomes the elements of another tensor, broadcast and converted. */
  public Tensor copy_(Tensor source) {
    Views.copyFrom(handle, source.handle);
    return this;
  }

  /** Becomes this value everywhere. */
  public Tensor fill_(double value) {
    Views.fill(handle, new Value.Real(value));
    return this;
  }

  /** Becomes this integer everywhere. */
  public Tensor fill_(long value) {
    Views.fill(handle, new Value.Int(value));
    return this;
  }

  /** Becomes 0 everywhere. */
  public Tensor zero_() {
    Views.fill(handle, new Value.Int(0));
    return this;
  }

  /** Adds to this tensor, elementwise. */
  public Tensor add_(Tensor other) {
    Arithmetic.addInPlace(handle, other.handle);
    return this;
  }

  /** Adds one integer to this tensor. */
  public Tensor add_(long other) {
    Arithmetic.addInPlace(handle, new Value.Int(other));
    return this;
  }

  /** Adds one number to this tensor. */
  public Tensor add_(double other) {
    Arithmetic.addInPlace(handle, new Value.Real(other));
    return this;
  }

  /** Adds alpha · other. */
  public Tensor add_(Tensor other, double alpha) {
    return change(call("aten::add_.Tensor").arg(other).arg("alpha", alpha));
  }

  /** Adds alpha · other, for integers too. */
  public Tensor add_(Tensor other, long alpha) {
    return change(call("aten::add_.Tensor").arg(other).arg("alpha", alpha));
  }

  /** Subtracts from this tensor, elementwise. */
  public Tensor sub_(Tensor other) {
    Arithmetic.subInPlace(handle, other.handle);
    return this;
  }

  /** Subtracts one integer. */
  public Tensor sub_(long other) {
    return change(call("aten::sub_.Tensor").arg(other));
  }

  /** Subtracts one number. */
  public Tensor sub_(double other) {
    return change(call("aten::sub_.Tensor").arg(other));
  }

  /** Subtracts alpha · other. */
  public Tensor sub_(Tensor other, double alpha) {
    return change(call("aten::sub_.Tensor").arg(other).arg("alpha", alpha));
  }

  /** Subtracts alpha · other, for integers too. */
  public Tensor sub_(Tensor other, long alpha) {
    return change(call("aten::sub_.Tensor").arg(other).arg("alpha", alpha));
  }

  /** Multiplies this tensor, elementwise. */
  public Tensor mul_(Tensor other) {
    Arithmetic.mulInPlace(handle, other.handle);
    return this;
  }

  /** Multiplies by one integer. */
  public Tensor mul_(long other) {
    Arithmetic.mulInPlace(handle, new Value.Int(other));
    return this;
  }

  /** Multiplies by one number. */
  public Tensor mul_(double other) {
    Arithmetic.mulInPlace(handle, new Value.Real(other));
    return this;
  }

  /** Divides this tensor, elementwise. */
  public Tensor div_(Tensor other) {
    Arithmetic.divInPlace(handle, other.handle);
    return this;
  }

  /** Divides by one number. */
  public Tensor div_(double other) {
    return change(call("aten::div_.Tensor").arg(other));
  }

  /** Becomes its power. */
  public Tensor pow_(Tensor other) {
    return change(call("aten::pow_.Tensor").arg(other));
  }

  /** Becomes its power. */
  public Tensor pow_(long other) {
    return change(call("aten::pow_.Scalar").arg(other));
  }

  /** Becomes its power. */
  public Tensor pow_(double other) {
    return change(call("aten::pow_.Scalar").arg(other));
  }

  /** Becomes its {@link #remainder(Tensor)}. */
  public Tensor remainder_(Tensor other) {
    return change(call("aten::remainder_.Tensor").arg(other));
  }

  /** Becomes its {@link #remainder(long)}. */
  public Tensor remainder_(long other) {
    return change(call("aten::remainder_.Scalar").arg(other));
  }

  /** Becomes its {@link #remainder(double)}. */
  public Tensor remainder_(double other) {
    return change(call("aten::remainder_.Scalar").arg(other));
  }

  /** Becomes its {@link #clamp(long, long)}. */
  public Tensor clamp_(long min, long max) {
    return change(call("aten::clamp_").arg(min).arg(max));
  }

  /** Becomes its {@link #clamp(double, double)}. */
  public Tensor clamp_(double min, double max) {
    return change(call("aten::clamp_").arg(min).arg(max));
  }

  /** Becomes its {@link #clamp(Tensor, Tensor)}. */
  public Tensor clamp_(@Nullable Tensor min, @Nullable Tensor max) {
    return change(call("aten::clamp_.Tensor").argOrNone(min).argOrNone(max));
  }

  /** Becomes at least this. */
  public Tensor clampMin_(long other) {
    return change(call("aten::clamp_min_").arg(other));
  }

  /** Becomes at least this. */
  public Tensor clampMin_(double other) {
    return change(call("aten::clamp_min_").arg(other));
  }

  /** Becomes at most this. */
  public Tensor clampMax_(long other) {
    return change(call("aten::clamp_max_").arg(other));
  }

  /** Becomes at most this. */
  public Tensor clampMax_(double other) {
    return change(call("aten::clamp_max_").arg(other));
  }

  /** Moves towards {@code end} by {@code weight} of the way. */
  public Tensor lerp_(Tensor end, double weight) {
    return change(call("aten::lerp_.Scalar").arg(end).arg(weight));
  }

  /** Moves towards {@code end} by {@code weight} of the way. */
  public Tensor lerp_(Tensor end, Tensor weight) {
    return change(call("aten::lerp_.Tensor").arg(end).arg(weight));
  }

  /** Adds a · b. */
  public Tensor addcmul_(Tensor a, Tensor b) {
    return change(call("aten::addcmul_").arg(a).arg(b));
  }

  /** Adds value · a · b. */
  public Tensor addcmul_(Tensor a, Tensor b, double value) {
    return change(call("aten::addcmul_").arg(a).arg(b).arg("value", value));
  }

  /** Adds a / b. */
  public Tensor addcdiv_(Tensor a, Tensor b) {
    return change(call("aten::addcdiv_").arg(a).arg(b));
  }

  /** Adds value · a / b. */
  public Tensor addcdiv_(Tensor a, Tensor b, double value) {
    return change(call("aten::addcdiv_").arg(a).arg(b).arg("value", value));
  }

  /** Becomes its negative. */
  public Tensor neg_() {
    return change(call("aten::neg_"));
  }

  /** Becomes its absolute value. */
  public Tensor abs_() {
    return change(call("aten::abs_"));
  }

  /** Becomes 1 / x. */
  public Tensor reciprocal_() {
    return change(call("aten::reciprocal_"));
  }

  /** Becomes its square. */
  public Tensor square_() {
    return change(call("aten::square_"));
  }

  /** Becomes its square root. */
  public Tensor sqrt_() {
    return change(call("aten::sqrt_"));
  }

  /** Becomes 1 / √x. */
  public Tensor rsqrt_() {
    return change(call("aten::rsqrt_"));
  }

  /** Becomes e to its power. */
  public Tensor exp_() {
    return change(call("aten::exp_"));
  }

  /** Becomes its natural logarithm. */
  public Tensor log_() {
    return change(call("aten::log_"));
  }

  /** Becomes its {@link #floor}. */
  public Tensor floor_() {
    return change(call("aten::floor_"));
  }

  /** Becomes its {@link #round()}. */
  public Tensor round_() {
    return change(call("aten::round_"));
  }

  /** Becomes its {@link #sign}. */
  public Tensor sign_() {
    return change(call("aten::sign_"));
  }

  /** Becomes its hyperbolic tangent. */
  public Tensor tanh_() {
    return change(call("aten::tanh_"));
  }

  /** Becomes 1 / (1 + exp(-x)). */
  public Tensor sigmoid_() {
    return change(call("aten::sigmoid_"));
  }

  /** Becomes max(0, x). */
  public Tensor relu_() {
    return change(call("aten::relu_"));
  }

  // Comparison: BOOL tensors

  /** Where this equals the other. */
  public Tensor eq(Tensor other) {
    return new Tensor(Arithmetic.eq(handle, other.handle));
  }

  /** Where this equals one integer. */
  public Tensor eq(long other) {
    return new Tensor(Arithmetic.eq(handle, new Value.Int(other)));
  }

  /** Where this equals one number. */
  public Tensor eq(double other) {
    return new Tensor(Arithmetic.eq(handle, new Value.Real(other)));
  }

  /** Where this differs from the other. */
  public Tensor ne(Tensor other) {
    return new Tensor(Arithmetic.ne(handle, other.handle));
  }

  /** Where this differs from one integer. */
  public Tensor ne(long other) {
    return new Tensor(Arithmetic.ne(handle, new Value.Int(other)));
  }

  /** Where this differs from one number. */
  public Tensor ne(double other) {
    return new Tensor(Arithmetic.ne(handle, new Value.Real(other)));
  }

  /** Where this is less than the other. */
  public Tensor lt(Tensor other) {
    return new Tensor(Arithmetic.lt(handle, other.handle));
  }

  /** Where this is less than one integer. */
  public Tensor lt(long other) {
    return new Tensor(Arithmetic.lt(handle, new Value.Int(other)));
  }

  /** Where this is less than one number. */
  public Tensor lt(double other) {
    return new Tensor(Arithmetic.lt(handle, new Value.Real(other)));
  }

  /** Where this is at most the other. */
  public Tensor le(Tensor other) {
    return new Tensor(Arithmetic.le(handle, other.handle));
  }

  /** Where this is at most one integer. */
  public Tensor le(long other) {
    return new Tensor(Arithmetic.le(handle, new Value.Int(other)));
  }

  /** Where this is at most one number. */
  public Tensor le(double other) {
    return new Tensor(Arithmetic.le(handle, new Value.Real(other)));
  }

  /** Where this is greater than the other. */
  public Tensor gt(Tensor other) {
    return new Tensor(Arithmetic.gt(handle, other.handle));
  }

  /** Where this is greater than one integer. */
  public Tensor gt(long other) {
    return new Tensor(Arithmetic.gt(handle, new Value.Int(other)));
  }

  /** Where this is greater than one number. */
  public Tensor gt(double other) {
    return new Tensor(Arithmetic.gt(handle, new Value.Real(other)));
  }

  /** Where this is at least the other. */
  public Tensor ge(Tensor other) {
    return new Tensor(Arithmetic.ge(handle, other.handle));
  }

  /** Where this is at least one integer. */
  public Tensor ge(long other) {
    return new Tensor(Arithmetic.ge(handle, new Value.Int(other)));
  }

  /** Where this is at least one number. */
  public Tensor ge(double other) {
    return new Tensor(Arithmetic.ge(handle, new Value.Real(other)));
  }

  /** Where this is NaN. */
  public Tensor isnan() {
    return unary("aten::isnan");
  }

  /** Where this is infinite. */
  public Tensor isinf() {
    return unary("aten::isinf");
  }

  /** Where this is neither NaN nor infinite. */
  public Tensor isfinite() {
    return unary("aten::isfinite");
  }

  /** Where |this - other| ≤ 1e-8 + 1e-5 · |other|. */
  public Tensor isclose(Tensor other) {
    return binary("aten::isclose", other);
  }

  /**
   * Where |this - other| ≤ atol + rtol · |other|.
   *
   * @param equalNan whether NaN is close to NaN
   */
  public Tensor isclose(Tensor other, double rtol, double atol, boolean equalNan) {
    return call("aten::isclose").arg(other).arg(rtol).arg(atol).arg(equalNan).call().tensor();
  }

  /** Whether |this - other| ≤ 1e-8 + 1e-5 · |other| everywhere. */
  public boolean allclose(Tensor other) {
    return call("aten::allclose").arg(other).call().truth(0);
  }

  /**
   * Whether |this - other| ≤ atol + rtol · |other| everywhere.
   *
   * @param equalNan whether NaN is close to NaN
   */
  public boolean allclose(Tensor other, double rtol, double atol, boolean equalNan) {
    return call("aten::allclose").arg(other).arg(rtol).arg(atol).arg(equalNan).call().truth(0);
  }

  /** Where this is one of {@code testElements}. */
  public Tensor isin(Tensor testElements) {
    return binary("aten::isin.Tensor_Tensor", testElements);
  }

  /** Whether both have the same shape and the same elements. */
  public boolean equal(Tensor other) {
    return call("aten::equal").arg(other).call().truth(0);
  }

  // Reductions. A dimension that is reduced is dropped, or with keepdim kept with size 1

  private static final long[] ALL = {};

  /** Whether all are not 0: BOOL. */
  public Tensor all() {
    return unary("aten::all");
  }

  /** Whether all are not 0 along a dimension, which is dropped: BOOL. */
  public Tensor all(int dim) {
    return all(dim, false);
  }

  /** Whether all are not 0 along a dimension: BOOL. */
  public Tensor all(int dim, boolean keepdim) {
    return call("aten::all.dim").arg(dim).arg(keepdim).call().tensor();
  }

  /** Whether any is not 0: BOOL. */
  public Tensor any() {
    return unary("aten::any");
  }

  /** Whether any is not 0 along a dimension, which is dropped: BOOL. */
  public Tensor any(int dim) {
    return any(dim, false);
  }

  /** Whether any is not 0 along a dimension: BOOL. */
  public Tensor any(int dim, boolean keepdim) {
    return call("aten::any.dim").arg(dim).arg(keepdim).call().tensor();
  }

  /** The sum of all. */
  public Tensor sum() {
    return new Tensor(Arithmetic.sum(handle, ALL, false));
  }

  /** The sum over one dimension, which is dropped. */
  public Tensor sum(int dim) {
    return new Tensor(Arithmetic.sum(handle, new long[] {dim}, false));
  }

  /** The sum over one dimension. */
  public Tensor sum(int dim, boolean keepdim) {
    return sum(new long[] {dim}, keepdim);
  }

  /** The sum over some dimensions, which are dropped or kept with size 1. */
  public Tensor sum(long[] dims, boolean keepdim) {
    return new Tensor(Arithmetic.sum(handle, dims, keepdim));
  }

  /** The sum of all that are not NaN. */
  public Tensor nansum() {
    return unary("aten::nansum");
  }

  /** The sum of what is not NaN over some dimensions; none stands for all. */
  public Tensor nansum(long[] dims, boolean keepdim) {
    return call("aten::nansum").dims(dims).arg(keepdim).call().tensor();
  }

  /** The mean of all. */
  public Tensor mean() {
    return new Tensor(Arithmetic.mean(handle, ALL, false));
  }

  /** The mean over one dimension, which is dropped. */
  public Tensor mean(int dim) {
    return new Tensor(Arithmetic.mean(handle, new long[] {dim}, false));
  }

  /** The mean over one dimension. */
  public Tensor mean(int dim, boolean keepdim) {
    return mean(new long[] {dim}, keepdim);
  }

  /** The mean over some dimensions, which are dropped or kept with size 1. */
  public Tensor mean(long[] dims, boolean keepdim) {
    return new Tensor(Arithmetic.mean(handle, dims, keepdim));
  }

  /** The mean of all that are not NaN. */
  public Tensor nanmean() {
    return unary("aten::nanmean");
  }

  /** The mean of what is not NaN over some dimensions; none stands for all. */
  public Tensor nanmean(long[] dims, boolean keepdim) {
    return call("aten::nanmean").dims(dims).arg(keepdim).call().tensor();
  }

  /** The product of all. */
  public Tensor prod() {
    return unary("aten::prod");
  }

  /** The product along a dimension, which is dropped. */
  public Tensor prod(int dim) {
    return prod(dim, false);
  }

  /** The product along a dimension. */
  public Tensor prod(int dim, boolean keepdim) {
    return call("aten::prod.dim_int").arg(dim).arg(keepdim).call().tensor();
  }

  /** The standard deviation of all, with n - 1 in the denominator. */
  public Tensor std() {
    return std(ALL, 1, false);
  }

  /** The standard deviation over one dimension, which is dropped, with n - 1 in the denominator. */
  public Tensor std(int dim) {
    return std(new long[] {dim}, 1, false);
  }

  /**
   * The standard deviation over some dimensions; none stands for all.
   *
   * @param correction what is taken off n in the denominator; PyTorch's default is 1
   */
  public Tensor std(long[] dims, double correction, boolean keepdim) {
    return call("aten::std.correction")
        .dims(dims)
        .arg("correction", correction)
        .arg("keepdim", keepdim)
        .call()
        .tensor();
  }

  /** The variance of all, with n - 1 in the denominator. */
  public Tensor var() {
    return var(ALL, 1, false);
  }

  /** The variance over one dimension, which is dropped, with n - 1 in the denominator. */
  public Tensor var(int dim) {
    return var(new long[] {dim}, 1, false);
  }

  /**
   * The variance over some dimensions; none stands for all.
   *
   * @param correction what is taken off n in the denominator; PyTorch's default is 1
   */
  public Tensor var(long[] dims, double correction, boolean keepdim) {
    return call("aten::var.correction")
        .dims(dims)
        .arg("correction", correction)
        .arg("keepdim", keepdim)
        .call()
        .tensor();
  }

  /** The Euclidean norm of all elements. */
  public Tensor norm() {
    return norm(2);
  }

  /**
   * The norm (Σ |x|ᵖ)^(1/p) of all elements.
   *
   * @param p also 0, for the number of elements that are not 0, and ±∞, for the largest and the
   *     smallest magnitude
   */
  public Tensor norm(double p) {
    return norm(p, ALL, false);
  }

  /** The norm over some dimensions; none stands for all. See {@link #norm(double)}. */
  public Tensor norm(double p, long[] dims, boolean keepdim) {
    return Linalg.vectorNorm(this, p, dims, keepdim);
  }

  /** log Σ exp(x) over one dimension, without overflow. */
  public Tensor logsumexp(int dim) {
    return logsumexp(new long[] {dim}, false);
  }

  /** log Σ exp(x) over some dimensions, without overflow. */
  public Tensor logsumexp(long[] dims, boolean keepdim) {
    return call("aten::logsumexp").arg(dims).arg(keepdim).call().tensor();
  }

  /** The largest element of all. */
  public Tensor max() {
    return unary("aten::max");
  }

  /** The largest element along a dimension, which is dropped, and where it stands. */
  public ValuesAndIndices max(int dim) {
    return max(dim, false);
  }

  /** The largest element along a dimension, and where it stands. */
  public ValuesAndIndices max(int dim, boolean keepdim) {
    return ValuesAndIndices.of(call("aten::max.dim").arg(dim).arg(keepdim));
  }

  /** The smallest element of all. */
  public Tensor min() {
    return unary("aten::min");
  }

  /** The smallest element along a dimension, which is dropped, and where it stands. */
  public ValuesAndIndices min(int dim) {
    return min(dim, false);
  }

  /** The smallest element along a dimension, and where it stands. */
  public ValuesAndIndices min(int dim, boolean keepdim) {
    return ValuesAndIndices.of(call("aten::min.dim").arg(dim).arg(keepdim));
  }

  /** The largest element of all. */
  public Tensor amax() {
    return new Tensor(Arithmetic.amax(handle, ALL, false));
  }

  /** The largest element over one dimension, which is dropped. */
  public Tensor amax(int dim) {
    return new Tensor(Arithmetic.amax(handle, new long[] {dim}, false));
  }

  /** The largest element over one dimension. */
  public Tensor amax(int dim, boolean keepdim) {
    return amax(new long[] {dim}, keepdim);
  }

  /** The largest element over some dimensions, which are dropped or kept with size 1. */
  public Tensor amax(long[] dims, boolean keepdim) {
    return new Tensor(Arithmetic.amax(handle, dims, keepdim));
  }

  /** The smallest element of all. */
  public Tensor amin() {
    return new Tensor(Arithmetic.amin(handle, ALL, false));
  }

  /** The smallest element over one dimension, which is dropped. */
  public Tensor amin(int dim) {
    return new Tensor(Arithmetic.amin(handle, new long[] {dim}, false));
  }

  /** The smallest element over one dimension. */
  public Tensor amin(int dim, boolean keepdim) {
    return amin(new long[] {dim}, keepdim);
  }

  /** The smallest element over some dimensions, which are dropped or kept with size 1. */
  public Tensor amin(long[] dims, boolean keepdim) {
    return new Tensor(Arithmetic.amin(handle, dims, keepdim));
  }

  /** Where the largest element of all stands, in row-major order: INT64. */
  public Tensor argmax() {
    return new Tensor(Arithmetic.argmax(handle));
  }

  /** Where the largest element stands along a dimension, which is dropped: INT64. */
  public Tensor argmax(int dim) {
    return new Tensor(Arithmetic.argmax(handle, dim, false));
  }

  /** Where the largest element stands along a dimension: INT64. */
  public Tensor argmax(int dim, boolean keepdim) {
    return new Tensor(Arithmetic.argmax(handle, dim, keepdim));
  }

  /** Where the smallest element of all stands, in row-major order: INT64. */
  public Tensor argmin() {
    return unary("aten::argmin");
  }

  /** Where the smallest element stands along a dimension, which is dropped: INT64. */
  public Tensor argmin(int dim) {
    return argmin(dim, false);
  }

  /** Where the smallest element stands along a dimension: INT64. */
  public Tensor argmin(int dim, boolean keepdim) {
    return call("aten::argmin").arg(dim).arg(keepdim).call().tensor();
  }

  /** The median, the lower one of two, of all. */
  public Tensor median() {
    return unary("aten::median");
  }

  /** The median, the lower one of two, along a dimension, which is dropped, and where it stands. */
  public ValuesAndIndices median(int dim) {
    return median(dim, false);
  }

  /** The median, the lower one of two, along a dimension, and where it stands. */
  public ValuesAndIndices median(int dim, boolean keepdim) {
    return ValuesAndIndices.of(call("aten::median.dim").arg(dim).arg(keepdim));
  }

  /** The most frequent value along the last dimension, and where it stands. */
  public ValuesAndIndices mode() {
    return mode(-1, false);
  }

  /**
   * The most frequent value along a dimension, the smallest one of several, and where it stands.
   */
  public ValuesAndIndices mode(int dim, boolean keepdim) {
    return ValuesAndIndices.of(call("aten::mode").arg(dim).arg(keepdim));
  }

  /** The q-quantile of all elements, interpolated linearly. FLOAT32 and FLOAT64 only. */
  public Tensor quantile(double q) {
    return call("aten::quantile.scalar").arg(q).call().tensor();
  }

  /** The q-quantile along a dimension, interpolated linearly. FLOAT32 and FLOAT64 only. */
  public Tensor quantile(double q, int dim, boolean keepdim) {
    return call("aten::quantile.scalar").arg(q).arg(dim).arg(keepdim).call().tensor();
  }

  /**
   * Quantiles along a dimension.
   *
   * @param q (Q) or a scalar, of this type; the result's first dimension is Q
   * @param interpolation {@code linear}, {@code lower}, {@code higher}, {@code midpoint} or {@code
   *     nearest}
   */
  public Tensor quantile(Tensor q, int dim, boolean keepdim, String interpolation) {
    return call("aten::quantile")
        .arg(q)
        .arg(dim)
        .arg(keepdim)
        .arg("interpolation", interpolation)
        .call()
        .tensor();
  }

  /** The sums up to and including each element of a dimension. */
  public Tensor cumsum(int dim) {
    return call("aten::cumsum").arg(dim).call().tensor();
  }

  /** The products up to and including each element of a dimension. */
  public Tensor cumprod(int dim) {
    return call("aten::cumprod").arg(dim).call().tensor();
  }

  /** log Σ exp(x) up to and including each element of a dimension. */
  public Tensor logcumsumexp(int dim) {
    return call("aten::logcumsumexp").arg(dim).call().tensor();
  }

  /** The largest up to and including each element of a dimension, and where it stands. */
  public ValuesAndIndices cummax(int dim) {
    return ValuesAndIndices.of(call("aten::cummax").arg(dim));
  }

  /** The smallest up to and including each element of a dimension, and where it stands. */
  public ValuesAndIndices cummin(int dim) {
    return ValuesAndIndices.of(call("aten::cummin").arg(dim));
  }

  /** Each element less the one before it, along the last dimension. */
  public Tensor diff() {
    return diff(1, -1);
  }

  /** Each element less the one before it along a dimension, n times over. */
  public Tensor diff(long n, int dim) {
    return call("aten::diff").arg(n).arg(dim).call().tensor();
  }

  /** How many are not 0: INT64. */
  public Tensor countNonzero() {
    return unary("aten::count_nonzero");
  }

  /** How many are not 0 along a dimension: INT64. */
  public Tensor countNonzero(int dim) {
    return call("aten::count_nonzero").arg(dim).call().tensor();
  }

  /** The different elements, sorted: one dimension. */
  public Tensor unique() {
    return unique(true, false, false).output();
  }

  /**
   * The different elements.
   *
   * @param returnInverse whether to say where each element of this went
   * @param returnCounts whether to say how often each occurs
   */
  public Unique unique(boolean sorted, boolean returnInverse, boolean returnCounts) {
    return Unique.of(
        call("aten::_unique2").arg(sorted).arg(returnInverse).arg(returnCounts).call(),
        returnInverse,
        returnCounts);
  }

  /** The different slices along a dimension. See {@link #unique(boolean, boolean, boolean)}. */
  public Unique unique(boolean sorted, boolean returnInverse, boolean returnCounts, int dim) {
    return Unique.of(
        call("aten::unique_dim").arg(dim).arg(sorted).arg(returnInverse).arg(returnCounts).call(),
        returnInverse,
        returnCounts);
  }

  /** How often each of 0, 1, ... occurs. One dimension of integers, none below 0. */
  public Tensor bincount() {
    return bincount(null, 0);
  }

  /**
   * The sum of the weights with which each of 0, 1, ... occurs.
   *
   * @param weights of this shape; null: all 1, the result INT64
   * @param minlength how many to count at least
   */
  public Tensor bincount(@Nullable Tensor weights, long minlength) {
    return call("aten::bincount").argOrNone(weights).arg(minlength).call().tensor();
  }

  /** How many elements lie in each of {@code bins} stretches of one length from min to max. */
  public Tensor histc(long bins, double min, double max) {
    return call("aten::histc").arg(bins).arg(min).arg(max).call().tensor();
  }

  // Sorting

  /** Ascending along the last dimension, and where each element stood. */
  public ValuesAndIndices sort() {
    return sort(-1, false);
  }

  /** Sorted along a dimension, and where each element stood. */
  public ValuesAndIndices sort(int dim, boolean descending) {
    return ValuesAndIndices.of(call("aten::sort").arg(dim).arg(descending));
  }

  /**
   * Sorted along a dimension, and where each element stood.
   *
   * @param stable whether equal elements keep their order
   */
  public ValuesAndIndices sort(int dim, boolean descending, boolean stable) {
    return ValuesAndIndices.of(
        call("aten::sort.stable")
            .arg("stable", stable)
            .arg("dim", dim)
            .arg("descending", descending));
  }

  /** The indices that sort the last dimension. */
  public Tensor argsort() {
    return argsort(-1, false);
  }

  /** The indices that sort a dimension. */
  public Tensor argsort(int dim, boolean descending) {
    return call("aten::argsort").arg(dim).arg(descending).call().tensor();
  }

  /** The k largest along the last dimension, from the largest, and where they stand. */
  public ValuesAndIndices topk(long k) {
    return topk(k, -1, true, true);
  }

  /**
   * The k largest or smallest along a dimension, and where they stand.
   *
   * @param sorted whether in order
   */
  public ValuesAndIndices topk(long k, int dim, boolean largest, boolean sorted) {
    return ValuesAndIndices.of(call("aten::topk").arg(k).arg(dim).arg(largest).arg(sorted));
  }

  /** The k-th smallest along the last dimension, from 1, and where it stands. */
  public ValuesAndIndices kthvalue(long k) {
    return kthvalue(k, -1, false);
  }

  /** The k-th smallest along a dimension, from 1, and where it stands. */
  public ValuesAndIndices kthvalue(long k, int dim, boolean keepdim) {
    return ValuesAndIndices.of(call("aten::kthvalue").arg(k).arg(dim).arg(keepdim));
  }

  // Shapes

  /** The same elements in another shape, without a copy; one size may be -1, to be worked out. */
  public Tensor view(long... sizes) {
    return new Tensor(Views.view(handle, sizes));
  }

  /**
   * The same bytes as elements of another type, without a copy. Where the sizes of the elements
   * differ, the last dimension grows or shrinks; so FLOAT8 and unsigned types come out of arrays:
   * {@code tensor(bytes).view(DType.FLOAT8_E4M3FN)}.
   *
   * @throws ShapeException when the bytes of the last dimension make no whole elements
   */
  public Tensor view(DType dtype) {
    return call("aten::view.dtype").arg(dtype).call().tensor();
  }

  /** {@link #view(long...)} in the shape of another tensor. */
  public Tensor viewAs(Tensor other) {
    return view(other.shape().toArray());
  }

  /** The same elements in another shape, without a copy where possible; one size may be -1. */
  public Tensor reshape(long... sizes) {
    return new Tensor(Views.reshape(handle, sizes));
  }

  /** {@link #reshape} to the shape of another tensor. */
  public Tensor reshapeAs(Tensor other) {
    return reshape(other.shape().toArray());
  }

  /**
   * Dimensions of size 1 repeated without a copy; -1 leaves a dimension as it is.
   *
   * @throws ShapeException for a size below -1
   */
  public Tensor expand(long... sizes) {
    for (long size : sizes) {
      if (size < -1) { // libtorch believes it
        throw new ShapeException(
            "sizes: expected none below 0 but -1, which leaves a dimension as it is, got "
                + Arrays.toString(sizes));
      }
    }
    return new Tensor(Views.expand(handle, sizes));
  }

  /** {@link #expand} to the shape of another tensor. */
  public Tensor expandAs(Tensor other) {
    return expand(other.shape().toArray());
  }

  /** The dimensions in another order. */
  public Tensor permute(long... dims) {
    return new Tensor(Views.permute(handle, dims));
  }

  /** Two dimensions exchanged. */
  public Tensor transpose(int dim0, int dim1) {
    return new Tensor(Views.transpose(handle, dim0, dim1));
  }

  /** Two dimensions exchanged: NumPy's name for {@link #transpose}. */
  public Tensor swapdims(int dim0, int dim1) {
    return transpose(dim0, dim1);
  }

  /** The matrix transposed; of fewer than two dimensions, as it is. */
  public Tensor t() {
    return unary("aten::t");
  }

  /** The last two dimensions exchanged: each matrix of a batch transposed. */
  public Tensor mT() {
    return unary("aten::mT");
  }

  /** One dimension moved to another place, the others kept in order. */
  public Tensor movedim(int source, int destination) {
    return call("aten::movedim.int").arg(source).arg(destination).call().tensor();
  }

  /** Dimensions moved to other places, the others kept in order. */
  public Tensor movedim(long[] source, long[] destination) {
    return call("aten::movedim.intlist").arg(source).arg(destination).call().tensor();
  }

  /** Without all dimensions of size 1. */
  public Tensor squeeze() {
    return unary("aten::squeeze");
  }

  /** Without a dimension of size 1; unchanged where the size is another. */
  public Tensor squeeze(int dim) {
    return new Tensor(Views.squeeze(handle, dim));
  }

  /** With a new dimension of size 1. */
  public Tensor unsqueeze(int dim) {
    return new Tensor(Views.unsqueeze(handle, dim));
  }

  /** All dimensions made one. */
  public Tensor flatten() {
    return new Tensor(Views.flatten(handle, 0, -1));
  }

  /** The dimensions from one to another, both included, made one. */
  public Tensor flatten(int startDim, int endDim) {
    return new Tensor(Views.flatten(handle, startDim, endDim));
  }

  /** One dimension made several; one size may be -1, to be worked out. */
  public Tensor unflatten(int dim, long... sizes) {
    return call("aten::unflatten.int").arg(dim).arg(sizes).call().tensor();
  }

  /** Stretches of {@code size} elements, {@code step} apart, in a new last dimension. */
  public Tensor unfold(int dim, long size, long step) {
    return call("aten::unfold").arg(dim).arg(size).arg(step).call().tensor();
  }

  /** The diagonal of a matrix. */
  public Tensor diagonal() {
    return unary("aten::diagonal");
  }

  /**
   * A diagonal of every matrix that two dimensions span, as the last dimension.
   *
   * @param offset above 0: above the main diagonal
   */
  public Tensor diagonal(int offset, int dim1, int dim2) {
    return call("aten::diagonal").arg(offset).arg(dim1).arg(dim2).call().tensor();
  }

  /** (N) to the (N, N) matrix with this diagonal; a matrix to its diagonal, copied. */
  public Tensor diag() {
    return diag(0);
  }

  /** The same for a diagonal above (offset above 0) or below the main one. */
  public Tensor diag(int offset) {
    return call("aten::diag").arg(offset).call().tensor();
  }

  /** The last dimension as the diagonal of matrices: (..., N) to (..., N, N). */
  public Tensor diagEmbed() {
    return unary("aten::diag_embed");
  }

  /** The lower triangle of each matrix, with 0 above the main diagonal. */
  public Tensor tril() {
    return tril(0);
  }

  /** The lower triangle of each matrix, up to a diagonal above (above 0) or below the main one. */
  public Tensor tril(int diagonal) {
    return call("aten::tril").arg(diagonal).call().tensor();
  }

  /** The upper triangle of each matrix, with 0 below the main diagonal. */
  public Tensor triu() {
    return triu(0);
  }

  /** The upper triangle of each matrix, from a diagonal above (above 0) or below the main one. */
  public Tensor triu(int diagonal) {
    return call("aten::triu").arg(diagonal).call().tensor();
  }

  // Parts and repetitions

  /** The elements at one index of a dimension, which is dropped: {@code x[:, index]} for dim 1. */
  public Tensor select(int dim, long index) {
    return new Tensor(Views.select(handle, dim, index));
  }

  /** A stretch of a dimension: {@code x[:, start:end]} for dim 1. */
  public Tensor slice(int dim, long start, long end) {
    return new Tensor(Views.slice(handle, dim, start, end, 1));
  }

  /** Every step-th element of a stretch: {@code x[:, start:end:step]} for dim 1. */
  public Tensor slice(int dim, long start, long end, long step) {
    return new Tensor(Views.slice(handle, dim, start, end, step));
  }

  /** {@code length} elements of a dimension from {@code start}. */
  public Tensor narrow(int dim, long start, long length) {
    return Torch.op("aten::narrow").arg(this).arg(dim).arg(start).arg(length).call().tensor();
  }

  /** Parts of {@code size} along the first dimension, the last perhaps smaller. */
  public List<Tensor> split(long size) {
    return split(size, 0);
  }

  /** Parts of {@code size} along a dimension, the last perhaps smaller. */
  public List<Tensor> split(long size, int dim) {
    return call("aten::split.Tensor").arg(size).arg(dim).call().tensors(0);
  }

  /** Parts of these sizes along a dimension, which they must make up. */
  public List<Tensor> split(long[] sizes, int dim) {
    return call("aten::split_with_sizes").arg(sizes).arg(dim).call().tensors(0);
  }

  /** At most so many parts of one size along the first dimension, the last perhaps smaller. */
  public List<Tensor> chunk(long chunks) {
    return chunk(chunks, 0);
  }

  /** At most so many parts of one size along a dimension, the last perhaps smaller. */
  public List<Tensor> chunk(long chunks, int dim) {
    return call("aten::chunk").arg(chunks).arg(dim).call().tensors(0);
  }

  /** Exactly so many parts along a dimension, the first ones perhaps longer by one. */
  public List<Tensor> tensorSplit(long sections, int dim) {
    return call("aten::tensor_split.sections").arg(sections).arg(dim).call().tensors(0);
  }

  /** Parts along a dimension, cut before these indices. */
  public List<Tensor> tensorSplit(long[] indices, int dim) {
    return call("aten::tensor_split.indices").arg(indices).arg(dim).call().tensors(0);
  }

  /** The slices along the first dimension, which is dropped. */
  public List<Tensor> unbind() {
    return unbind(0);
  }

  /** The slices along a dimension, which is dropped. */
  public List<Tensor> unbind(int dim) {
    return call("aten::unbind.int").arg(dim).call().tensors(0);
  }

  /** Repeated, copied, so often along each dimension; numbers beyond make new first dimensions. */
  public Tensor repeat(long... repeats) {
    return call("aten::repeat").arg(repeats).call().tensor();
  }

  /** {@link #repeat} where dimensions to which no number is given count as 1. */
  public Tensor tile(long... repeats) {
    return call("aten::tile").arg(repeats).call().tensor();
  }

  /** Every element so often, one dimension. */
  public Tensor repeatInterleave(long repeats) {
    return call("aten::repeat_interleave.self_int").arg(repeats).call().tensor();
  }

  /** Every slice of a dimension so often. */
  public Tensor repeatInterleave(long repeats, int dim) {
    return call("aten::repeat_interleave.self_int").arg(repeats).arg(dim).call().tensor();
  }

  /** Every slice of a dimension as often as {@code repeats}, INT64, says. */
  public Tensor repeatInterleave(Tensor repeats, int dim) {
    return call("aten::repeat_interleave.self_Tensor").arg(repeats).arg(dim).call().tensor();
  }

  /** The elements in row-major order moved on, the last ones to the front. */
  public Tensor roll(long shift) {
    return call("aten::roll").arg(shift).call().tensor();
  }

  /** A dimension moved on, its last elements to the front. */
  public Tensor roll(long shift, int dim) {
    return call("aten::roll").arg(shift).arg(dim).call().tensor();
  }

  /** Dimensions moved on, each with its last elements to the front. */
  public Tensor roll(long[] shifts, long[] dims) {
    return call("aten::roll").arg(shifts).arg(dims).call().tensor();
  }

  /** Dimensions in reverse, copied. */
  public Tensor flip(long... dims) {
    return call("aten::flip").arg(dims).call().tensor();
  }

  /** Turned by k right angles in the plane of two dimensions, from the first to the second. */
  public Tensor rot90(int k, int dim0, int dim1) {
    return call("aten::rot90").arg(k).arg(new long[] {dim0, dim1}).call().tensor();
  }

  // Indices

  /**
   * {@code x[...]} of Python, in the same order and meaning:
   *
   * <pre>{@code
   * x.get(all(), range(1, -1), at(3))                  // x[:, 1:-1, 3]
   * x.get(ellipsis(), newAxis(), rangeFrom(2).step(3)) // x[..., None, 2::3]
   * x.get(mask(x.gt(0)))                               // x[x > 0]
   * }</pre>
   *
   * <p>A view as long as no {@link Index#at(Tensor)}, list or mask is among them.
   *
   * @throws IndexException for too many indices, and for one that is not there
   */
  public Tensor get(Index... indices) {
    return Index.get(this, indices);
  }

  /**
   * Returns {@code x[i]}, {@code x[i, j]} and so on of Python, as {@code x.get(0)}, {@code x.get(1,
   * -1)}: a view without those dimensions. Together with other forms, numbers are {@link
   * Index#at(long)}.
   *
   * @throws IndexException for too many indices, and for one that is not there
   */
  public Tensor get(long index, long... moreIndices) {
    return get(
        LongStream.concat(LongStream.of(index), LongStream.of(moreIndices))
            .mapToObj(Index::at)
            .toArray(Index[]::new));
  }

  /**
   * {@code x[...] = value} of Python: the elements that {@link #get} chooses become {@code value},
   * broadcast.
   *
   * @throws IndexException for too many indices, and for one that is not there
   */
  public Tensor set_(Tensor value, Index... indices) {
    Index.set(this, value, indices);
    return this;
  }

  /** {@code x[...] = value} of Python, with one integer. */
  public Tensor set_(long value, Index... indices) {
    try (Tensor number = newFull(new long[0], value)) {
      return set_(number, indices);
    }
  }

  /** {@code x[...] = value} of Python, with one number. */
  public Tensor set_(double value, Index... indices) {
    try (Tensor number = newFull(new long[0], value)) {
      return set_(number, indices);
    }
  }

  /**
   * The elements at indices, one tensor per dimension from the first: {@code x[i, j]}. INT64
   * indices are broadcast together; a BOOL tensor chooses where it is true; null takes the whole
   * dimension.
   */
  public Tensor index(@Nullable Tensor... indices) {
    return new Tensor(Views.index(handle, handles(Arrays.asList(indices))));
  }

  /** Replaces the elements at indices: {@code x[i, j] = values}. See {@link #index}. */
  public Tensor indexPut_(List<? extends @Nullable Tensor> indices, Tensor values) {
    Views.indexPut(handle, handles(indices), values.handle, false);
    return this;
  }

  /**
   * Replaces the elements at indices, or with {@code accumulate} adds to them, also where an index
   * comes twice. See {@link #index}.
   */
  public Tensor indexPut_(
      List<? extends @Nullable Tensor> indices, Tensor values, boolean accumulate) {
    Views.indexPut(handle, handles(indices), values.handle, accumulate);
    return this;
  }

  /** The rows, along a dimension, that a one-dimensional INT64 tensor names. */
  public Tensor indexSelect(int dim, Tensor index) {
    return new Tensor(Views.indexSelect(handle, dim, index.handle));
  }

  /** With the slices of {@code source} added at the places that {@code index} names. */
  public Tensor indexAdd(int dim, Tensor index, Tensor source) {
    return call("aten::index_add").arg(dim).arg(index).arg(source).call().tensor();
  }

  /** Adds the slices of {@code source} at the places that {@code index} names. */
  public Tensor indexAdd_(int dim, Tensor index, Tensor source) {
    return change(call("aten::index_add_").arg(dim).arg(index).arg(source));
  }

  /** Adds alpha · {@code source}. */
  public Tensor indexAdd_(int dim, Tensor index, Tensor source, double alpha) {
    return change(call("aten::index_add_").arg(dim).arg(index).arg(source).arg("alpha", alpha));
  }

  /** With the slices of {@code source} at the places that {@code index} names. */
  public Tensor indexCopy(int dim, Tensor index, Tensor source) {
    return call("aten::index_copy").arg(dim).arg(index).arg(source).call().tensor();
  }

  /** Puts the slices of {@code source} at the places that {@code index} names. */
  public Tensor indexCopy_(int dim, Tensor index, Tensor source) {
    return change(call("aten::index_copy_").arg(dim).arg(index).arg(source));
  }

  /** With {@code value} in the slices that {@code index} names. */
  public Tensor indexFill(int dim, Tensor index, double value) {
    return call("aten::index_fill.int_Scalar").arg(dim).arg(index).arg(value).call().tensor();
  }

  /** Puts {@code value} in the slices that {@code index} names. */
  public Tensor indexFill_(int dim, Tensor index, double value) {
    return change(call("aten::index_fill_.int_Scalar").arg(dim).arg(index).arg(value));
  }

  /** The elements that {@code index} names along a dimension, in its shape. */
  public Tensor gather(int dim, Tensor index) {
    return new Tensor(Views.gather(handle, dim, index.handle));
  }

  /** The elements that {@code indices} names along a dimension, all other dimensions broadcast. */
  public Tensor takeAlongDim(Tensor indices, int dim) {
    return call("aten::take_along_dim").arg(indices).arg(dim).call().tensor();
  }

  /** The elements at these places in row-major order, in the shape of {@code index}. */
  public Tensor take(Tensor index) {
    return binary("aten::take", index);
  }

  /** With the elements of {@code src} at the places that {@code index} names along a dimension. */
  public Tensor scatter(int dim, Tensor index, Tensor src) {
    return call("aten::scatter.src").arg(dim).arg(index).arg(src).call().tensor();
  }

  /** With {@code value} at the places that {@code index} names along a dimension. */
  public Tensor scatter(int dim, Tensor index, double value) {
    return call("aten::scatter.value").arg(dim).arg(index).arg(value).call().tensor();
  }

  /** Puts the elements of {@code src} at the places that {@code index} names along a dimension. */
  public Tensor scatter_(int dim, Tensor index, Tensor src) {
    return change(call("aten::scatter_.src").arg(dim).arg(index).arg(src));
  }

  /** Puts {@code value} at the places that {@code index} names along a dimension. */
  public Tensor scatter_(int dim, Tensor index, double value) {
    return change(call("aten::scatter_.value").arg(dim).arg(index).arg(value));
  }

  /** With the elements of {@code src} added at the places that {@code index} names. */
  public Tensor scatterAdd(int dim, Tensor index, Tensor src) {
    return call("aten::scatter_add").arg(dim).arg(index).arg(src).call().tensor();
  }

  /** Adds the elements of {@code src} at the places that {@code index} names. */
  public Tensor scatterAdd_(int dim, Tensor index, Tensor src) {
    return change(call("aten::scatter_add_").arg(dim).arg(index).arg(src));
  }

  /** With {@code value} wherever the BOOL mask is true. */
  public Tensor maskedFill(Tensor mask, double value) {
    return new Tensor(Views.maskedFill(handle, mask.handle, new Value.Real(value)));
  }

  /** With the one element of {@code value} wherever the BOOL mask is true. */
  public Tensor maskedFill(Tensor mask, Tensor value) {
    return call("aten::masked_fill.Tensor").arg(mask).arg(value).call().tensor();
  }

  /** Becomes {@code value} wherever the BOOL mask is true. */
  public Tensor maskedFill_(Tensor mask, double value) {
    return change(call("aten::masked_fill_.Scalar").arg(mask).arg(value));
  }

  /** Becomes the one element of {@code value} wherever the BOOL mask is true. */
  public Tensor maskedFill_(Tensor mask, Tensor value) {
    return change(call("aten::masked_fill_.Tensor").arg(mask).arg(value));
  }

  /** The elements where the BOOL mask is true, in row-major order: one dimension. */
  public Tensor maskedSelect(Tensor mask) {
    return binary("aten::masked_select", mask);
  }

  /** With the elements of {@code source}, one after the other, where the BOOL mask is true. */
  public Tensor maskedScatter(Tensor mask, Tensor source) {
    return call("aten::masked_scatter").arg(mask).arg(source).call().tensor();
  }

  /** Puts the elements of {@code source}, one after the other, where the BOOL mask is true. */
  public Tensor maskedScatter_(Tensor mask, Tensor source) {
    return change(call("aten::masked_scatter_").arg(mask).arg(source));
  }

  /** The indices of all elements that are not 0: (count, dimensions), INT64. */
  public Tensor nonzero() {
    return unary("aten::nonzero");
  }

  // Products of matrices; panama.torch.Linalg has the decompositions

  /** The matrix product: dot, matrix-vector, matrix-matrix or batched, by the ranks. */
  public Tensor matmul(Tensor other) {
    return new Tensor(Arithmetic.matmul(handle, other.handle));
  }

  /** (N, K) times (K, M): (N, M). */
  public Tensor mm(Tensor other) {
    return binary("aten::mm", other);
  }

  /** (B, N, K) times (B, K, M): (B, N, M). */
  public Tensor bmm(Tensor other) {
    return binary("aten::bmm", other);
  }

  /** (N, K) times (K): (N). */
  public Tensor mv(Tensor other) {
    return binary("aten::mv", other);
  }

  /** The sum of the products of two (N): a scalar. */
  public Tensor dot(Tensor other) {
    return binary("aten::dot", other);
  }

  /** (N) and (M) to all products: (N, M). */
  public Tensor outer(Tensor other) {
    return binary("aten::outer", other);
  }

  /** The Kronecker product: every element of this times all of the other. */
  public Tensor kron(Tensor other) {
    return binary("aten::kron", other);
  }

  /** this + a · b of matrices (N, K) and (K, M); this is broadcast. */
  public Tensor addmm(Tensor a, Tensor b) {
    return call("aten::addmm").arg(a).arg(b).call().tensor();
  }

  /** beta · this + alpha · a · b of matrices (N, K) and (K, M); this is broadcast. */
  public Tensor addmm(Tensor a, Tensor b, double beta, double alpha) {
    return call("aten::addmm").arg(a).arg(b).arg("beta", beta).arg("alpha", alpha).call().tensor();
  }

  /** this + a · b of batches (B, N, K) and (B, K, M); this is broadcast. */
  public Tensor baddbmm(Tensor a, Tensor b) {
    return call("aten::baddbmm").arg(a).arg(b).call().tensor();
  }

  /** beta · this + alpha · a · b of batches (B, N, K) and (B, K, M); this is broadcast. */
  public Tensor baddbmm(Tensor a, Tensor b, double beta, double alpha) {
    return call("aten::baddbmm")
        .arg(a)
        .arg(b)
        .arg("beta", beta)
        .arg("alpha", alpha)
        .call()
        .tensor();
  }

  /** The sum of the diagonal of a matrix. */
  public Tensor trace() {
    return unary("aten::trace");
  }

  // Chance

  /** 1 with the probability that this holds, else 0, elementwise. */
  public Tensor bernoulli() {
    return unary("aten::bernoulli");
  }

  /** 1 with probability p, else 0, in this shape and type. */
  public Tensor bernoulli(double p) {
    return call("aten::bernoulli.p").arg(p).call().tensor();
  }

  /**
   * Indices drawn with these weights.
   *
   * @param replacement whether an index may be drawn again
   * @return (numSamples) for weights (M); (N, numSamples) for (N, M): INT64
   */
  public Tensor multinomial(long numSamples, boolean replacement) {
    return call("aten::multinomial").arg(numSamples).arg(replacement).call().tensor();
  }

  /** {@link #multinomial(long, boolean)} from a stream of its own. */
  public Tensor multinomial(long numSamples, boolean replacement, Generator generator) {
    Op.Call call = call("aten::multinomial").arg(numSamples).arg(replacement);
    return call.arg("generator", generator).call().tensor();
  }

  /** Becomes uniform random numbers in [0, 1). */
  public Tensor uniform_() {
    return uniform_(0, 1);
  }

  /** Becomes uniform random numbers in [from, to). */
  public Tensor uniform_(double from, double to) {
    Creation.uniform(handle, from, to);
    return this;
  }

  /** {@link #uniform_(double, double)} from a stream of its own. */
  public Tensor uniform_(double from, double to, Generator generator) {
    return change(call("aten::uniform_").arg(from).arg(to).arg("generator", generator));
  }

  /** Becomes normal random numbers, mean 0 and variance 1. */
  public Tensor normal_() {
    return normal_(0, 1);
  }

  /** Becomes normal random numbers. */
  public Tensor normal_(double mean, double std) {
    Creation.normal(handle, mean, std);
    return this;
  }

  /** {@link #normal_(double, double)} from a stream of its own. */
  public Tensor normal_(double mean, double std, Generator generator) {
    return change(call("aten::normal_").arg(mean).arg(std).arg("generator", generator));
  }

  /** {@link #bernoulli_(double)} from a stream of its own. */
  public Tensor bernoulli_(double p, Generator generator) {
    return change(call("aten::bernoulli_.float").arg(p).arg("generator", generator));
  }

  /** Becomes 1 with probability p, else 0. */
  public Tensor bernoulli_(double p) {
    return change(call("aten::bernoulli_.float").arg(p));
  }

  /** Becomes 1 with the probability that {@code p} holds, broadcast, else 0. */
  public Tensor bernoulli_(Tensor p) {
    return change(call("aten::bernoulli_.Tensor").arg(p));
  }

  /** Becomes random integers from 0 to the largest that the type holds exactly. */
  public Tensor random_() {
    return change(call("aten::random_"));
  }

  /** Becomes random integers in [0, to). */
  public Tensor random_(long to) {
    return change(call("aten::random_.to").arg(to));
  }

  /** Becomes random integers in [from, to). */
  public Tensor random_(long from, long to) {
    return change(call("aten::random_.from").arg(from).arg(to));
  }

  /** Becomes random numbers with density lambd · exp(-lambd · x). */
  public Tensor exponential_(double lambd) {
    return change(call("aten::exponential_").arg(lambd));
  }

  // Softmax

  /** exp(x) / sum(exp(x)) along a dimension. */
  public Tensor softmax(int dim) {
    return new Tensor(NeuralNetworks.softmax(handle, dim));
  }

  /** {@link #softmax(int)} of this tensor converted to a type. */
  public Tensor softmax(int dim, DType dtype) {
    return call("aten::softmax.int").arg(dim).arg(dtype).call().tensor();
  }

  /** log(softmax(x)) along a dimension. */
  public Tensor logSoftmax(int dim) {
    return new Tensor(NeuralNetworks.logSoftmax(handle, dim));
  }

  /** {@link #logSoftmax(int)} of this tensor converted to a type. */
  public Tensor logSoftmax(int dim, DType dtype) {
    return call("aten::log_softmax.int").arg(dim).arg(dtype).call().tensor();
  }

  // Autograd

  /**
   * Turns the recording of gradients on or off.
   *
   * @throws DTypeException for integers
   * @throws TorchException when turned off for the result of a recorded operation
   */
  public Tensor requiresGrad_(boolean requiresGrad) {
    Autograd.setRequiresGrad(handle, requiresGrad);
    return this;
  }

  /** Turns the recording of gradients on. */
  public Tensor requiresGrad_() {
    return requiresGrad_(true);
  }

  /** The same data outside the graph. */
  public Tensor detach() {
    return new Tensor(Views.detach(handle));
  }

  /** Leaves the graph: becomes a leaf without gradients. Refused for views. */
  public Tensor detach_() {
    return change(call("aten::detach_"));
  }

  /** Keeps the gradient of this recorded result too, which only leaves keep otherwise. */
  public Tensor retainGrad() {
    call("aten::retain_grad").call();
    return this;
  }

  /** Adds d this / d leaf to the gradient of every leaf. For a tensor of one element. */
  public void backward() {
    backward(null, false, false);
  }

  /** Adds gradients to the leaves; {@code gradient} is d something / d this, of this shape. */
  public void backward(Tensor gradient) {
    backward(gradient, false, false);
  }

  /** Adds d this / d leaf; {@code retainGraph} keeps the graph for another backward pass. */
  public void backward(boolean retainGraph) {
    backward(null, retainGraph, false);
  }

  /**
   * Adds gradients to the leaves.
   *
   * @param gradient d something / d this, of this shape; null for a tensor of one element
   * @param retainGraph keep the graph for another backward pass
   * @param createGraph record the backward pass itself, for higher derivatives
   */
  public void backward(@Nullable Tensor gradient, boolean retainGraph, boolean createGraph) {
    Autograd.backward(handle, gradient == null ? null : gradient.handle, retainGraph, createGraph);
  }

  /** The gradient that has been accumulated here; null where there is none. */
  public @Nullable Tensor grad() {
    TensorHandle grad = Autograd.grad(handle);
    return grad == null ? null : new Tensor(grad);
  }

  /**
   * Replaces the accumulated gradient.
   *
   * @param grad of this shape, type and device; null drops it
   */
  public void setGrad(@Nullable Tensor grad) {
    Autograd.setGrad(handle, grad == null ? null : grad.handle);
  }

  /**
   * Has a function called with the gradient of this tensor in every backward pass that reaches it,
   * on the thread that runs the pass.
   *
   * @param hook gives another gradient in the place of the one it is given, or null to leave it;
   *     what it throws ends the backward pass, which throws it on
   * @return takes the hook away again
   * @throws TorchException for a tensor that requires no gradient
   */
  public Runnable registerHook(Function<? super Tensor, ? extends @Nullable Tensor> hook) {
    long position =
        Hooks.register(
            handle,
            grad -> {
              Tensor other = hook.apply(new Tensor(grad));
              return other == null ? null : other.handle;
            });
    return () -> Hooks.remove(handle, position);
  }

  /**
   * Puts the elements of another tensor in the place of this one's, shape and type included,
   * PyTorch's assignment to {@code data}: both share them from now on, and the graph knows nothing
   * of it: backward through a graph recorded before takes the new elements, and is wrong without a
   * word. {@link #copy_} under {@code noGrad()} is told to the graph, which refuses then.
   *
   * @throws ArgumentException where a gradient of another shape or type is in the way
   */
  public Tensor setData(Tensor data) {
    Torch.op("aten::set_data").arg(this).arg(data).call();
    return this;
  }

  // Helpers

  /** A call of an operator, with this as its first argument. */
  private Op.Call call(String name) {
    return Torch.op(name).arg(this);
  }

  private Tensor unary(String name) {
    return call(name).call().tensor();
  }

  private Tensor binary(String name, Tensor other) {
    return call(name).arg(other).call().tensor();
  }

  private Tensor binary(String name, long other) {
    return call(name).arg(other).call().tensor();
  }

  private Tensor binary(String name, double other) {
    return call(name).arg(other).call().tensor();
  }

  /** Runs an operator that changes this tensor and returns it once more. */
  private Tensor change(Op.Call call) {
    call.run();
    return this;
  }

  static List<@Nullable TensorHandle> handles(List<? extends @Nullable Tensor> tensors) {
    @Nullable TensorHandle[] handles = new TensorHandle[tensors.size()];
    for (int i = 0; i < handles.length; i++) {
      Tensor tensor = tensors.get(i);
      handles[i] = tensor == null ? null : tensor.handle;
    }
    return Arrays.asList(handles);
  }

  /** Handles of tensors none of which is null. */
  static List<TensorHandle> handlesOf(List<Tensor> tensors) {
    return tensors.stream()
        .map(t -> Objects.requireNonNull(t, "tensors: an entry is null").handle)
        .toList();
  }
}
