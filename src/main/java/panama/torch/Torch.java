package panama.torch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.Autograd;
import panama.torch.internal.BuildInfo;
import panama.torch.internal.Creation;
import panama.torch.internal.Library;
import panama.torch.internal.Modes;
import panama.torch.internal.NeuralNetworks;
import panama.torch.internal.Operator;
import panama.torch.internal.Recurrent;
import panama.torch.internal.TensorHandle;
import panama.torch.internal.Value;
import panama.torch.internal.Views;

/**
 * The functions of the {@code torch} namespace: tensors are made here, and joined, seeded and
 * timed. Meant for {@code import static panama.torch.Torch.*}.
 */
public final class Torch {
  static {
    TorchException.install();
  }

  private static final int MOST_THREADS = 1024;

  private Torch() {}

  // Tensors from sizes

  /** Not initialised: whatever the memory held. FLOAT32 on the CPU. */
  public static Tensor empty(long... sizes) {
    return empty(sizes, TensorOptions.DEFAULT);
  }

  /** Returns a tensor of this type on the CPU, not initialised: whatever the memory held. */
  public static Tensor empty(DType dtype, long... sizes) {
    return empty(sizes, TensorOptions.of(dtype));
  }

  /** Not initialised: whatever the memory held. */
  public static Tensor empty(long[] sizes, TensorOptions options) {
    return new Tensor(Creation.empty(sizes, options.toNative()));
  }

  /** All 0. FLOAT32 on the CPU. */
  public static Tensor zeros(long... sizes) {
    return zeros(sizes, TensorOptions.DEFAULT);
  }

  /** Returns a tensor of this type on the CPU, all 0. */
  public static Tensor zeros(DType dtype, long... sizes) {
    return zeros(sizes, TensorOptions.of(dtype));
  }

  /** All 0. */
  public static Tensor zeros(long[] sizes, TensorOptions options) {
    return new Tensor(Creation.zeros(sizes, options.toNative()));
  }

  /** All 1. FLOAT32 on the CPU. */
  public static Tensor ones(long... sizes) {
    return ones(sizes, TensorOptions.DEFAULT);
  }

  /** Returns a tensor of this type on the CPU, all 1. */
  public static Tensor ones(DType dtype, long... sizes) {
    return ones(sizes, TensorOptions.of(dtype));
  }

  /** All 1. */
  public static Tensor ones(long[] sizes, TensorOptions options) {
    return new Tensor(Creation.ones(sizes, options.toNative()));
  }

  /** All {@code value}. FLOAT32 on the CPU. */
  public static Tensor full(long[] sizes, double value) {
    return full(sizes, value, TensorOptions.DEFAULT);
  }

  /** All {@code value}. INT64 on the CPU. */
  public static Tensor full(long[] sizes, long value) {
    return full(sizes, value, TensorOptions.of(DType.INT64));
  }

  /** Returns a tensor of this type on the CPU, all {@code value}. */
  public static Tensor full(long[] sizes, double value, DType dtype) {
    return full(sizes, value, TensorOptions.of(dtype));
  }

  /** Returns a tensor of this type on the CPU, all {@code value}. */
  public static Tensor full(long[] sizes, long value, DType dtype) {
    return full(sizes, value, TensorOptions.of(dtype));
  }

  /** All {@code value}. */
  public static Tensor full(long[] sizes, double value, TensorOptions options) {
    return new Tensor(Creation.full(sizes, new Value.Real(value), options.toNative()));
  }

  /** All {@code value}. */
  public static Tensor full(long[] sizes, long value, TensorOptions options) {
    return new Tensor(Creation.full(sizes, new Value.Int(value), options.toNative()));
  }

  /** 0, 1, ... below {@code end}. INT64 on the CPU. */
  public static Tensor arange(long end) {
    return arange(0, end, 1);
  }

  /** {@code start, start + 1, ...} below {@code end}. INT64 on the CPU. */
  public static Tensor arange(long start, long end) {
    return arange(start, end, 1);
  }

  /** {@code start, start + step, ...} below {@code end}. INT64 on the CPU. */
  public static Tensor arange(long start, long end, long step) {
    return arange(start, end, step, TensorOptions.of(DType.INT64));
  }

  /** Returns 0, 1, ... below {@code end}, of this type on the CPU. */
  public static Tensor arange(long end, DType dtype) {
    return arange(0, end, 1, dtype);
  }

  /** Returns {@code start, start + 1, ...} below {@code end}, of this type on the CPU. */
  public static Tensor arange(long start, long end, DType dtype) {
    return arange(start, end, 1, dtype);
  }

  /** Returns {@code start, start + step, ...} below {@code end}, of this type on the CPU. */
  public static Tensor arange(long start, long end, long step, DType dtype) {
    return arange(start, end, step, TensorOptions.of(dtype));
  }

  /** {@code start, start + step, ...} below {@code end}. */
  public static Tensor arange(long start, long end, long step, TensorOptions options) {
    return new Tensor(
        Creation.arange(
            new Value.Int(start), new Value.Int(end), new Value.Int(step), options.toNative()));
  }

  /** 0, 1, ... below {@code end}. FLOAT32 on the CPU. */
  public static Tensor arange(double end) {
    return arange(0, end, 1);
  }

  /** {@code start, start + 1, ...} below {@code end}. FLOAT32 on the CPU. */
  public static Tensor arange(double start, double end) {
    return arange(start, end, 1);
  }

  /** {@code start, start + step, ...} below {@code end}. FLOAT32 on the CPU. */
  public static Tensor arange(double start, double end, double step) {
    return arange(start, end, step, TensorOptions.DEFAULT);
  }

  /** Returns {@code start, start + step, ...} below {@code end}, of this type on the CPU. */
  public static Tensor arange(double start, double end, double step, DType dtype) {
    return arange(start, end, step, TensorOptions.of(dtype));
  }

  /** {@code start, start + step, ...} below {@code end}. */
  public static Tensor arange(double start, double end, double step, TensorOptions options) {
    return new Tensor(
        Creation.arange(
            new Value.Real(start), new Value.Real(end), new Value.Real(step), options.toNative()));
  }

  /** So many numbers at equal distances, both ends included. FLOAT32 on the CPU. */
  public static Tensor linspace(double start, double end, long steps) {
    return linspace(start, end, steps, TensorOptions.DEFAULT);
  }

  /** Returns so many numbers at equal distances, both ends included, of this type on the CPU. */
  public static Tensor linspace(double start, double end, long steps, DType dtype) {
    return linspace(start, end, steps, TensorOptions.of(dtype));
  }

  /** So many numbers at equal distances, both ends included. */
  public static Tensor linspace(double start, double end, long steps, TensorOptions options) {
    return make(op("aten::linspace").start().arg(start).arg(end).arg(steps), options);
  }

  /** 10 to the powers of {@link #linspace(double, double, long)}. FLOAT32 on the CPU. */
  public static Tensor logspace(double start, double end, long steps) {
    return logspace(start, end, steps, 10, TensorOptions.DEFAULT);
  }

  /**
   * Returns {@code base} to the powers of {@link #linspace(double, double, long)}, of this type on
   * the CPU.
   */
  public static Tensor logspace(double start, double end, long steps, double base, DType dtype) {
    return logspace(start, end, steps, base, TensorOptions.of(dtype));
  }

  /** {@code base} to the powers of {@link #linspace(double, double, long)}. */
  public static Tensor logspace(
      double start, double end, long steps, double base, TensorOptions options) {
    return make(op("aten::logspace").start().arg(start).arg(end).arg(steps).arg(base), options);
  }

  /** The n x n identity matrix. FLOAT32 on the CPU. */
  public static Tensor eye(long n) {
    return new Tensor(Creation.eye(n, TensorOptions.DEFAULT.toNative()));
  }

  /** Returns the n x n identity matrix, of this type on the CPU. */
  public static Tensor eye(long n, DType dtype) {
    return eye(n, n, dtype);
  }

  /** Returns an n x m matrix, 1 on the diagonal and 0 elsewhere. FLOAT32 on the CPU. */
  public static Tensor eye(long n, long m) {
    return eye(n, m, TensorOptions.DEFAULT);
  }

  /** Returns an n x m matrix, 1 on the diagonal and 0 elsewhere, of this type on the CPU. */
  public static Tensor eye(long n, long m, DType dtype) {
    return eye(n, m, TensorOptions.of(dtype));
  }

  /** An n x m matrix, 1 on the diagonal and 0 elsewhere. */
  public static Tensor eye(long n, long m, TensorOptions options) {
    return make(op("aten::eye.m").start().arg(n).arg(m), options);
  }

  private static Tensor make(Op.Call call, TensorOptions options) {
    return call.arg("dtype", options.dtype())
        .arg("device", options.device())
        .call()
        .tensor()
        .requiresGrad_(options.requiresGrad());
  }

  // Tensors in the shape and type and on the device of another one

  /** Not initialised: whatever the memory held. */
  public static Tensor emptyLike(Tensor like) {
    return op("aten::empty_like").arg(like).call().tensor();
  }

  /** All 0. */
  public static Tensor zerosLike(Tensor like) {
    return op("aten::zeros_like").arg(like).call().tensor();
  }

  /** All 0, of another type. */
  public static Tensor zerosLike(Tensor like, DType dtype) {
    return op("aten::zeros_like").arg(like).arg("dtype", dtype).call().tensor();
  }

  /** All 1. */
  public static Tensor onesLike(Tensor like) {
    return op("aten::ones_like").arg(like).call().tensor();
  }

  /** All 1, of another type. */
  public static Tensor onesLike(Tensor like, DType dtype) {
    return op("aten::ones_like").arg(like).arg("dtype", dtype).call().tensor();
  }

  /** All {@code value}. */
  public static Tensor fullLike(Tensor like, double value) {
    return op("aten::full_like").arg(like).arg(value).call().tensor();
  }

  /** All {@code value}, of another type. */
  public static Tensor fullLike(Tensor like, double value, DType dtype) {
    return op("aten::full_like").arg(like).arg(value).arg("dtype", dtype).call().tensor();
  }

  /** Uniform in [0, 1). */
  public static Tensor randLike(Tensor like) {
    return op("aten::rand_like").arg(like).call().tensor();
  }

  /** Normal, mean 0 and variance 1. */
  public static Tensor randnLike(Tensor like) {
    return op("aten::randn_like").arg(like).call().tensor();
  }

  /** Integers, uniform in [low, high). */
  public static Tensor randintLike(Tensor like, long low, long high) {
    return op("aten::randint_like.low_dtype").arg(like).arg(low).arg(high).call().tensor();
  }

  // Tensors from chance

  /**
   * Seeds the random generators of all devices.
   *
   * <p>The same seed gives the stream that it gives in PyTorch.
   */
  public static void manualSeed(long seed) {
    Library.manualSeed(seed);
  }

  /** Uniform in [0, 1). FLOAT32 on the CPU. */
  public static Tensor rand(long... sizes) {
    return rand(sizes, TensorOptions.DEFAULT);
  }

  /** Returns a tensor of this type on the CPU, uniform in [0, 1). */
  public static Tensor rand(DType dtype, long... sizes) {
    return rand(sizes, TensorOptions.of(dtype));
  }

  /** Uniform in [0, 1). */
  public static Tensor rand(long[] sizes, TensorOptions options) {
    return new Tensor(Creation.rand(sizes, options.toNative()));
  }

  /** Normal, mean 0 and variance 1. FLOAT32 on the CPU. */
  public static Tensor randn(long... sizes) {
    return randn(sizes, TensorOptions.DEFAULT);
  }

  /** Returns a tensor of this type on the CPU, normal with mean 0 and variance 1. */
  public static Tensor randn(DType dtype, long... sizes) {
    return randn(sizes, TensorOptions.of(dtype));
  }

  /** Normal, mean 0 and variance 1. */
  public static Tensor randn(long[] sizes, TensorOptions options) {
    return new Tensor(Creation.randn(sizes, options.toNative()));
  }

  /**
   * Returns integers, uniform in [0, high), in this shape: PyTorch's {@code randint(high, size)}.
   * INT64 on the CPU.
   */
  public static Tensor randint(long high, long[] sizes) {
    return randint(0, high, sizes);
  }

  /** Returns integers, uniform in [low, high), in this shape. INT64 on the CPU. */
  public static Tensor randint(long low, long high, long[] sizes) {
    return randint(low, high, sizes, DType.INT64);
  }

  /**
   * Returns integers, uniform in [low, high), in the shape {@code (size, moreSizes...)}. INT64 on
   * the CPU.
   *
   * <p>At least one size, since two numbers could be taken for PyTorch's {@code randint(high,
   * size)}, which is {@code randint(high, new long[] {size})} here; {@code randint(low, high, new
   * long[0])} draws one number.
   */
  public static Tensor randint(long low, long high, long size, long... moreSizes) {
    return randint(low, high, joined(size, moreSizes));
  }

  /** Returns integers, uniform in [low, high), in this shape, of this type on the CPU. */
  public static Tensor randint(long low, long high, long[] sizes, DType dtype) {
    return randint(low, high, sizes, TensorOptions.of(dtype));
  }

  /** Integers, uniform in [low, high). */
  public static Tensor randint(long low, long high, long[] sizes, TensorOptions options) {
    return new Tensor(Creation.randint(low, high, sizes, options.toNative()));
  }

  /** {@link #rand(long[], TensorOptions)} from a stream of its own. */
  public static Tensor rand(long[] sizes, TensorOptions options, Generator generator) {
    return random("aten::rand.generator", sizes, options, generator);
  }

  /** {@link #randn(long[], TensorOptions)} from a stream of its own. */
  public static Tensor randn(long[] sizes, TensorOptions options, Generator generator) {
    return random("aten::randn.generator", sizes, options, generator);
  }

  private static Tensor random(
      String operator, long[] sizes, TensorOptions options, Generator generator) {
    return drawn(op(operator).start().arg(sizes).arg(generator), options);
  }

  /** {@link #randint(long, long, long[], TensorOptions)} from a stream of its own. */
  public static Tensor randint(
      long low, long high, long[] sizes, TensorOptions options, Generator generator) {
    Op.Call call = op("aten::randint.low_generator").start().arg(low).arg(high);
    return drawn(call.arg(sizes).arg(generator), options);
  }

  /** {@link #randperm(long)} from a stream of its own. */
  public static Tensor randperm(long n, Generator generator) {
    Op.Call call = op("aten::randperm.generator").start().arg(n).arg(generator);
    return drawn(call, TensorOptions.of(DType.INT64));
  }

  private static Tensor drawn(Op.Call call, TensorOptions options) {
    Tensor drawn =
        call.arg("dtype", options.dtype()).arg("device", options.device()).call().tensor();
    return options.requiresGrad() ? drawn.requiresGrad_(true) : drawn;
  }

  /** Normal, each element with its own mean and standard deviation, broadcast. */
  public static Tensor normal(Tensor mean, Tensor std) {
    return op("aten::normal.Tensor_Tensor").arg(mean).arg(std).call().tensor();
  }

  /** Normal, each element with its own mean. */
  public static Tensor normal(Tensor mean, double std) {
    return op("aten::normal.Tensor_float").arg(mean).arg(std).call().tensor();
  }

  /** Normal, each element with its own standard deviation. */
  public static Tensor normal(double mean, Tensor std) {
    return op("aten::normal.float_Tensor").start().arg(mean).arg(std).call().tensor();
  }

  /** Returns normal numbers in this shape. FLOAT32 on the CPU. */
  public static Tensor normal(double mean, double std, long[] sizes) {
    return op("aten::normal.float_float").start().arg(mean).arg(std).arg(sizes).call().tensor();
  }

  /** Returns normal numbers in the shape {@code (size, moreSizes...)}. FLOAT32 on the CPU. */
  public static Tensor normal(double mean, double std, long size, long... moreSizes) {
    return normal(mean, std, joined(size, moreSizes));
  }

  private static long[] joined(long size, long... moreSizes) {
    return LongStream.concat(LongStream.of(size), LongStream.of(moreSizes)).toArray();
  }

  /** A random permutation of 0 ... n - 1. INT64 on the CPU. */
  public static Tensor randperm(long n) {
    return new Tensor(Creation.randperm(n, TensorOptions.of(DType.INT64).toNative()));
  }

  // Tensors from data, copied

  /** One number, without dimensions. FLOAT32. */
  public static Tensor tensor(double value) {
    return new Tensor(
        Creation.full(new long[0], new Value.Real(value), TensorOptions.DEFAULT.toNative()));
  }

  /** One integer, without dimensions. INT64. */
  public static Tensor tensor(long value) {
    return new Tensor(
        Creation.full(new long[0], new Value.Int(value), TensorOptions.of(DType.INT64).toNative()));
  }

  /** One truth value, without dimensions. BOOL. */
  public static Tensor tensor(boolean value) {
    return full(new long[0], value ? 1 : 0, TensorOptions.of(DType.BOOL));
  }

  /**
   * These FLOAT32 elements in row-major order.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(float[] data, long... sizes) {
    return ArrayData.flat(data, DType.FLOAT32, sizes);
  }

  /**
   * Returns these elements in row-major order, rounded to FLOAT32, as {@code tensor(double)} and
   * PyTorch's {@code torch.tensor([1.5])} do; {@code tensor(data, DType.FLOAT64)} keeps them as
   * they are.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(double[] data, long... sizes) {
    return ArrayData.flat(data, DType.FLOAT32, sizes);
  }

  /**
   * These INT64 elements in row-major order.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(long[] data, long... sizes) {
    return ArrayData.flat(data, DType.INT64, sizes);
  }

  /**
   * Returns these INT32 elements in row-major order; class numbers have to be INT64: {@code
   * tensor(data, DType.INT64)}.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(int[] data, long... sizes) {
    return ArrayData.flat(data, DType.INT32, sizes);
  }

  /**
   * These INT16 elements in row-major order.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(short[] data, long... sizes) {
    return ArrayData.flat(data, DType.INT16, sizes);
  }

  /**
   * These INT8 elements in row-major order.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(byte[] data, long... sizes) {
    return ArrayData.flat(data, DType.INT8, sizes);
  }

  /**
   * These BOOL elements in row-major order.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(boolean[] data, long... sizes) {
    return ArrayData.flat(data, DType.BOOL, sizes);
  }

  /**
   * Returns these elements in row-major order, converted to this type.
   *
   * @param sizes their shape; left out: one dimension
   * @throws IllegalArgumentException for a number out of the range of an integer type
   */
  public static Tensor tensor(float[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns {@link #tensor(float[], DType, long...)} of doubles.
   *
   * @throws IllegalArgumentException for a number out of the range of an integer type
   */
  public static Tensor tensor(double[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns {@link #tensor(float[], DType, long...)} of longs.
   *
   * @throws IllegalArgumentException for a number out of the range of an integer type
   */
  public static Tensor tensor(long[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns {@link #tensor(float[], DType, long...)} of ints.
   *
   * @throws IllegalArgumentException for a number out of the range of an integer type
   */
  public static Tensor tensor(int[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns {@link #tensor(float[], DType, long...)} of shorts.
   *
   * @throws IllegalArgumentException for a number out of the range of an integer type
   */
  public static Tensor tensor(short[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns {@link #tensor(float[], DType, long...)} of bytes.
   *
   * @throws IllegalArgumentException for a number out of the range of an integer type
   */
  public static Tensor tensor(byte[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /** Returns {@link #tensor(float[], DType, long...)} of truth values, as 0 and 1. */
  public static Tensor tensor(boolean[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns the elements of arrays of arrays, to any depth, as in {@code tensor(new float[][][]
   * {...})}. They have the type that their innermost arrays have in {@code tensor(array)}: FLOAT32
   * for doubles, too.
   *
   * @param <A> the arrays that are its elements, such as {@code float[]}
   * @throws ShapeException when arrays of one depth differ in length, with the place
   * @throws DTypeException for elements that are not primitive numbers or truth values
   */
  public static <A> Tensor tensor(A[] data) {
    return ArrayData.nested(data, null);
  }

  /**
   * Returns the elements of arrays of arrays, to any depth, converted to this type.
   *
   * @param <A> the arrays that are its elements, such as {@code float[]}
   * @throws ShapeException when arrays of one depth differ in length, with the place
   * @throws DTypeException for elements that are not primitive numbers or truth values
   * @throws IllegalArgumentException for a number out of the range of an integer type
   */
  public static <A> Tensor tensor(A[] data, DType dtype) {
    return ArrayData.nested(data, dtype);
  }

  /**
   * Returns a tensor of the remaining elements of a buffer, in row-major order: FLOAT64 for
   * doubles, INT8 for bytes.
   *
   * @param sizes the shape; left out: one dimension
   * @throws IllegalArgumentException for characters, and for another byte order than this machine's
   */
  public static Tensor tensor(Buffer data, long... sizes) {
    DType dtype =
        switch (data) {
          case ByteBuffer ignored -> DType.INT8;
          case ShortBuffer shorts -> inOrder(shorts.order(), DType.INT16);
          case IntBuffer ints -> inOrder(ints.order(), DType.INT32);
          case LongBuffer longs -> inOrder(longs.order(), DType.INT64);
          case FloatBuffer floats -> inOrder(floats.order(), DType.FLOAT32);
          case DoubleBuffer doubles -> inOrder(doubles.order(), DType.FLOAT64);
          default ->
              throw new DTypeException(
                  "data: expected numbers, got " + data.getClass().getSimpleName());
        };
    MemorySegment elements = MemorySegment.ofBuffer(data);
    long[] shape = sizes.length == 0 ? new long[] {data.remaining()} : sizes;
    if (data.isDirect()) {
      return tensor(elements, dtype, shape);
    }
    try (Arena arena = Arena.ofConfined()) {
      return tensor(arena.allocate(elements.byteSize(), 16).copyFrom(elements), dtype, shape);
    }
  }

  private static DType inOrder(ByteOrder order, DType dtype) {
    if (order != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException(
          "data: expected the byte order %s of this machine, got %s; set ByteBuffer.order(ByteOrder.nativeOrder()) before taking a view of it"
              .formatted(ByteOrder.nativeOrder(), order));
    }
    return dtype;
  }

  /**
   * Elements from memory in row-major order and native byte order, copied.
   *
   * @param data native memory of exactly the size that {@code sizes} and {@code dtype} ask for
   * @throws IllegalArgumentException for another size, or memory on the Java heap
   */
  public static Tensor tensor(MemorySegment data, DType dtype, long... sizes) {
    if (!data.isNative()) {
      throw new IllegalArgumentException(
          "data: expected native memory, got an array; use tensor(array, sizes)");
    }
    BigInteger expected = elements(sizes);
    if (!expected
        .multiply(BigInteger.valueOf(dtype.bytes()))
        .equals(BigInteger.valueOf(data.byteSize()))) {
      throw new ShapeException(
          String.format(
              Locale.ROOT,
              "data: expected %d elements for shape %s, got %s",
              expected,
              Arrays.toString(sizes),
              data.byteSize() % dtype.bytes() == 0
                  ? data.byteSize() / dtype.bytes()
                  : data.byteSize() + " bytes, no whole number of elements of " + dtype));
    }
    return new Tensor(Creation.fromData(data, sizes, TensorOptions.of(dtype).toNative()));
  }

  /** As many as no memory holds, perhaps. */
  private static BigInteger elements(long[] sizes) {
    return Arrays.stream(Shape.of(sizes).toArray())
        .mapToObj(BigInteger::valueOf)
        .reduce(BigInteger.ONE, BigInteger::multiply);
  }

  // Joining and choosing

  /** Tensors one after the other along the first dimension. */
  public static Tensor cat(List<Tensor> tensors) {
    return cat(tensors, 0);
  }

  /** Tensors one after the other along a dimension that they have. */
  public static Tensor cat(List<Tensor> tensors, int dim) {
    return new Tensor(Views.cat(Tensor.handlesOf(tensors), dim));
  }

  /** Tensors of one shape side by side along a new first dimension. */
  public static Tensor stack(List<Tensor> tensors) {
    return stack(tensors, 0);
  }

  /** Tensors of one shape side by side along a new dimension. */
  public static Tensor stack(List<Tensor> tensors, int dim) {
    return new Tensor(Views.stack(Tensor.handlesOf(tensors), dim));
  }

  /** Side by side: along the second dimension, or the only one. */
  public static Tensor hstack(List<Tensor> tensors) {
    return op("aten::hstack").start().arg(tensors).call().tensor();
  }

  /** On top of each other: along the first dimension, one-dimensional tensors as rows. */
  public static Tensor vstack(List<Tensor> tensors) {
    return op("aten::vstack").start().arg(tensors).call().tensor();
  }

  /**
   * The coordinates of a grid: for tensors (N_1), ..., (N_k) k tensors (N_1, ..., N_k).
   *
   * @param indexing {@code ij}; or {@code xy}, with the first two dimensions exchanged
   */
  public static List<Tensor> meshgrid(List<Tensor> tensors, String indexing) {
    return op("aten::meshgrid.indexing")
        .start()
        .arg(tensors)
        .arg("indexing", indexing)
        .call()
        .tensors(0);
  }

  /** All combinations of the elements of tensors (N_1), ..., (N_k): (N_1 ... N_k, k). */
  public static Tensor cartesianProd(List<Tensor> tensors) {
    return op("aten::cartesian_prod").start().arg(tensors).call().tensor();
  }

  /** Elements of x where the condition is true, of y elsewhere. */
  public static Tensor where(Tensor condition, Tensor x, Tensor y) {
    return new Tensor(Views.where(condition.handle(), x.handle(), y.handle()));
  }

  /** Elements of x where the condition is true, one integer elsewhere. */
  public static Tensor where(Tensor condition, Tensor x, long y) {
    return op("aten::where.ScalarOther").arg(condition).arg(x).arg(y).call().tensor();
  }

  /** One integer where the condition is true, elements of y elsewhere. */
  public static Tensor where(Tensor condition, long x, Tensor y) {
    return op("aten::where.ScalarSelf").arg(condition).arg(x).arg(y).call().tensor();
  }

  /** One integer where the condition is true, another elsewhere. INT64. */
  public static Tensor where(Tensor condition, long x, long y) {
    return op("aten::where.Scalar").arg(condition).arg(x).arg(y).call().tensor();
  }

  /** Elements of x where the condition is true, one number elsewhere. */
  public static Tensor where(Tensor condition, Tensor x, double y) {
    return op("aten::where.ScalarOther").arg(condition).arg(x).arg(y).call().tensor();
  }

  /** One number where the condition is true, elements of y elsewhere. */
  public static Tensor where(Tensor condition, double x, Tensor y) {
    return op("aten::where.ScalarSelf").arg(condition).arg(x).arg(y).call().tensor();
  }

  /** One number where the condition is true, another elsewhere. FLOAT32. */
  public static Tensor where(Tensor condition, double x, double y) {
    return op("aten::where.Scalar").arg(condition).arg(x).arg(y).call().tensor();
  }

  /**
   * Where values would have to be inserted to keep an order: INT64.
   *
   * @param sorted ascending along its last dimension
   * @param values of any shape for one-dimensional {@code sorted}, else of its shape but for the
   *     last dimension
   * @param right whether after equal elements rather than before
   */
  public static Tensor searchsorted(Tensor sorted, Tensor values, boolean right) {
    return op("aten::searchsorted.Tensor")
        .arg(sorted)
        .arg(values)
        .arg("right", right)
        .call()
        .tensor();
  }

  /**
   * The stretch between boundaries that each value lies in: INT64.
   *
   * @param boundaries (N), ascending
   * @param right whether a value equal to a boundary counts as above it
   */
  public static Tensor bucketize(Tensor values, Tensor boundaries, boolean right) {
    return op("aten::bucketize.Tensor")
        .arg(values)
        .arg(boundaries)
        .arg("right", right)
        .call()
        .tensor();
  }

  // Products of tensors

  /**
   * Products summed as Einstein wrote them: {@code einsum("bij,bjk->bik", a, b)} is the batched
   * matrix product.
   *
   * @param equation a letter for each dimension; letters that are not in the result are summed over
   */
  public static Tensor einsum(String equation, Tensor... tensors) {
    return op("aten::einsum").start().arg(equation).arg(List.of(tensors)).call().tensor();
  }

  /**
   * Products summed over the last {@code dims} dimensions of a and the first ones of b.
   *
   * @throws IndexException for more dimensions than both have
   */
  public static Tensor tensordot(Tensor a, Tensor b, int dims) {
    int most = Math.min(a.dim(), b.dim());
    if (dims < 0 || dims > most) {
      throw new IndexException(
          String.format(
              Locale.ROOT,
              "dims: expected 0 to %d for shapes %s and %s, got %d",
              most,
              a.shape(),
              b.shape(),
              dims));
    }
    return tensordot(
        a, b, LongStream.range(-dims, 0).toArray(), LongStream.range(0, dims).toArray());
  }

  /** Products summed over these dimensions of a and, in the same order, those of b. */
  public static Tensor tensordot(Tensor a, Tensor b, long[] dimsA, long[] dimsB) {
    return op("aten::tensordot").arg(a).arg(b).arg(dimsA).arg(dimsB).call().tensor();
  }

  // Powers

  /** An integer to the powers in a tensor. */
  public static Tensor pow(long base, Tensor exponent) {
    return op("aten::pow.Scalar").start().arg(base).arg(exponent).call().tensor();
  }

  /** A number to the powers in a tensor. */
  public static Tensor pow(double base, Tensor exponent) {
    return op("aten::pow.Scalar").start().arg(base).arg(exponent).call().tensor();
  }

  // Types

  /** The smallest type that holds the values of both, as arithmetic between them gives. */
  public static DType promoteTypes(DType a, DType b) {
    return DType.of((int) op("aten::promote_types").start().arg(a).arg(b).call().integer(0));
  }

  /** The type of arithmetic between two tensors; a scalar yields to the other's kind of type. */
  public static DType resultType(Tensor a, Tensor b) {
    return DType.of((int) op("aten::result_type.Tensor").arg(a).arg(b).call().integer(0));
  }

  /** Whether results of one type may be written in place into a tensor of another. */
  public static boolean canCast(DType from, DType to) {
    return op("aten::can_cast").start().arg(from).arg(to).call().truth(0);
  }

  // Neural networks: what the modules of panama.torch.nn are made of, without their checks

  /**
   * With {@code value} around it.
   *
   * @param pad how much before and after the last dimension, then the one before it, ...; below 0:
   *     cut off
   */
  public static Tensor pad(Tensor x, long[] pad, double value) {
    return op("aten::pad").arg(x).arg(pad).arg("constant").arg(value).call().tensor();
  }

  /**
   * With its own elements around it.
   *
   * @param pad how much before and after the last dimension, then the one before it, ...
   * @param mode {@code reflect}, {@code replicate} or {@code circular}; or {@code constant}, for 0
   */
  public static Tensor pad(Tensor x, long[] pad, String mode) {
    return op("aten::pad").arg(x).arg(pad).arg(mode).call().tensor();
  }

  /**
   * 1 at the place that each class number names, 0 elsewhere: (...) to (..., numClasses), INT64.
   *
   * @param x INT64
   * @param numClasses -1: one more than the largest of x
   */
  public static Tensor oneHot(Tensor x, long numClasses) {
    return op("aten::one_hot").arg(x).arg(numClasses).call().tensor();
  }

  /** x1 · x2 / (|x1| |x2|) along a dimension, each norm at least 1e-8. */
  public static Tensor cosineSimilarity(Tensor x1, Tensor x2, int dim) {
    return cosineSimilarity(x1, x2, dim, 1e-8);
  }

  /** x1 · x2 / (|x1| |x2|) along a dimension, each norm at least {@code eps}. */
  public static Tensor cosineSimilarity(Tensor x1, Tensor x2, int dim, double eps) {
    return op("aten::cosine_similarity").arg(x1).arg(x2).arg(dim).arg(eps).call().tensor();
  }

  /** The distance, by the p-norm, of every row to every other: (P, M) and (R, M) to (P, R). */
  public static Tensor cdist(Tensor x1, Tensor x2, double p) {
    return op("aten::cdist").arg(x1).arg(x2).arg(p).call().tensor();
  }

  /**
   * The p-norm of x1 - x2 + eps along the last dimension.
   *
   * @param p PyTorch's default is 2
   * @param eps PyTorch's default is 1e-6
   */
  public static Tensor pairwiseDistance(
      Tensor x1, Tensor x2, double p, double eps, boolean keepdim) {
    return op("aten::pairwise_distance")
        .arg(x1)
        .arg(x2)
        .arg(p)
        .arg(eps)
        .arg(keepdim)
        .call()
        .tensor();
  }

  /** x W^T + b, over the last dimension of x. */
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    return new Tensor(NeuralNetworks.linear(x.handle(), weight.handle(), handle(bias)));
  }

  /**
   * Rows of {@code weight} (V, H) at {@code indices}; row {@code paddingIdx} gets no gradient, -1:
   * none.
   */
  public static Tensor embedding(Tensor weight, Tensor indices, long paddingIdx) {
    return new Tensor(
        NeuralNetworks.embedding(weight.handle(), indices.handle(), paddingIdx, false, false));
  }

  /**
   * Zeroes elements with probability p and scales the others by 1 / (1 - p); nothing unless
   * training.
   */
  public static Tensor dropout(Tensor x, double p, boolean training) {
    return new Tensor(NeuralNetworks.dropout(x.handle(), p, training));
  }

  /**
   * libtorch's cross entropy.
   *
   * @param reduction 0 none, 1 mean, 2 sum
   */
  public static Tensor crossEntropyLoss(
      Tensor x,
      Tensor target,
      @Nullable Tensor weight,
      int reduction,
      long ignoreIndex,
      double labelSmoothing) {
    return new Tensor(
        NeuralNetworks.crossEntropy(
            x.handle(), target.handle(), handle(weight), reduction, ignoreIndex, labelSmoothing));
  }

  private static @Nullable TensorHandle handle(@Nullable Tensor tensor) {
    return tensor == null ? null : tensor.handle();
  }

  /** The recurrent cells that {@link #rnn} runs; the LSTM has {@link #lstm}. */
  public enum Cell {
    /** tanh(W x + b + W' h + b'). */
    RNN_TANH(Recurrent.Cell.RNN_TANH),
    /** relu(W x + b + W' h + b'). */
    RNN_RELU(Recurrent.Cell.RNN_RELU),
    /** Gated recurrent unit. */
    GRU(Recurrent.Cell.GRU);

    private final Recurrent.Cell code;

    Cell(Recurrent.Cell code) {
      this.code = code;
    }

    private Recurrent.Cell toNative() {
      return code;
    }
  }

  /**
   * How a recurrent layer is built.
   *
   * @param numLayers layers on top of each other
   * @param dropout between layers, when training
   * @param bias whether the parameters include biases
   * @param training whether dropout is on
   * @param bidirectional whether each layer also runs backwards
   * @param batchFirst whether padded tensors are (N, L, H) rather than (L, N, H)
   */
  public record RecurrentOptions(
      int numLayers,
      double dropout,
      boolean bias,
      boolean training,
      boolean bidirectional,
      boolean batchFirst) {
    private Recurrent.Config toNative() {
      return new Recurrent.Config(numLayers, dropout, bias, training, bidirectional, batchFirst);
    }
  }

  /**
   * RNN and GRU.
   *
   * @param input (L, N, H_in) or (N, L, H_in) padded; (sum of lengths, H_in) packed
   * @param batchSizes of packed input; null for padded input
   * @param h0 (D * numLayers, N, H)
   * @param parameters for every layer and direction w_ih, w_hh, and with bias b_ih, b_hh
   * @return output and h_n
   */
  public static List<Tensor> rnn(
      Cell cell,
      Tensor input,
      @Nullable Tensor batchSizes,
      Tensor h0,
      List<Tensor> parameters,
      RecurrentOptions options) {
    return wrap(
        Recurrent.rnn(
            cell.toNative(),
            input.handle(),
            handle(batchSizes),
            h0.handle(),
            Tensor.handlesOf(parameters),
            options.toNative()));
  }

  /**
   * LSTM.
   *
   * @param input (L, N, H_in) or (N, L, H_in) padded; (sum of lengths, H_in) packed
   * @param batchSizes of packed input; null for padded input
   * @param h0 (D * numLayers, N, H), or the projected size in place of H
   * @param c0 (D * numLayers, N, H)
   * @param parameters for every layer and direction w_ih, w_hh, with bias b_ih, b_hh, and w_hr
   *     where projected
   * @return output, h_n and c_n
   */
  public static List<Tensor> lstm(
      Tensor input,
      @Nullable Tensor batchSizes,
      Tensor h0,
      Tensor c0,
      List<Tensor> parameters,
      RecurrentOptions options) {
    return wrap(
        Recurrent.lstm(
            input.handle(),
            handle(batchSizes),
            h0.handle(),
            c0.handle(),
            Tensor.handlesOf(parameters),
            options.toNative()));
  }

  static List<Tensor> wrap(TensorHandle[] handles) {
    return Arrays.stream(handles).map(Tensor::new).toList();
  }

  // Gradients

  /**
   * Work without gradients, up to the end of a try block:
   *
   * <pre>{@code
   * try (var guard = Torch.noGrad()) { ... }
   * }</pre>
   *
   * @throws IllegalStateException on a virtual thread
   */
  public static GradMode noGrad() {
    return GradMode.set("noGrad", false);
  }

  /**
   * Work with gradients, inside {@link #noGrad}.
   *
   * @throws IllegalStateException on a virtual thread
   */
  public static GradMode enableGrad() {
    return GradMode.set("enableGrad", true);
  }

  /**
   * Like {@link #noGrad}, and faster; what is made here can never take part in a graph.
   *
   * @throws IllegalStateException on a virtual thread
   */
  public static GradMode inferenceMode() {
    return GradMode.inference();
  }

  /**
   * Matrix products and the like in a lower precision, on the CPU, up to the end of a try block:
   *
   * <pre>{@code
   * try (var guard = Torch.autocast(DType.BFLOAT16)) { ... }
   * }</pre>
   *
   * @param dtype BFLOAT16 or FLOAT16
   * @throws IllegalStateException on a virtual thread
   * @throws DTypeException for another type
   */
  public static Autocast autocast(DType dtype) {
    return autocast(Device.Type.CPU, dtype, true);
  }

  /**
   * {@link #autocast(DType)} for a kind of device, or, not enabled, a stretch without it inside.
   *
   * @throws IllegalStateException on a virtual thread
   * @throws DTypeException for a type other than BFLOAT16 and FLOAT16
   */
  public static Autocast autocast(Device.Type device, DType dtype, boolean enabled) {
    return new Autocast(device, dtype, enabled);
  }

  /** Whether operators are cast on this thread, for a kind of device. */
  public static boolean isAutocastEnabled(Device.Type device) {
    return Modes.autocastEnabled(device.code());
  }

  /** Watches backward passes for NaN up to the end of a try block. */
  public static AnomalyMode detectAnomaly() {
    return new AnomalyMode(true);
  }

  /** Whether operators without a deterministic implementation fail. Default: false. */
  public static boolean areDeterministicAlgorithmsEnabled() {
    return Modes.deterministic();
  }

  /** Sets whether operators without a deterministic implementation fail. */
  public static void useDeterministicAlgorithms(boolean enabled) {
    Modes.setDeterministic(enabled, false);
  }

  /**
   * Sets whether denormal numbers count as zero, on this thread and those that libtorch starts.
   *
   * @return whether the processor can
   */
  public static boolean setFlushDenormal(boolean enabled) {
    return Modes.setFlushDenormal(enabled);
  }

  /** Whether this thread records gradients. */
  public static boolean isGradEnabled() {
    return Autograd.gradMode();
  }

  /**
   * The gradients of outputs with respect to inputs, without touching the leaves.
   *
   * @param outputs tensors of one element each
   * @param createGraph record this pass itself, for higher derivatives
   * @return one gradient per input
   * @throws TorchException when no output depends on some input
   */
  public static List<Tensor> grad(List<Tensor> outputs, List<Tensor> inputs, boolean createGraph) {
    return grad(outputs, inputs, null, createGraph, createGraph, false).stream()
        .map(Objects::requireNonNull)
        .toList();
  }

  /**
   * The gradients of outputs with respect to inputs, without touching the leaves.
   *
   * @param gradOutputs d something / d output for each output, of its shape; null as a whole or for
   *     an output: 1, for a tensor of one element
   * @param retainGraph keep the graph for another pass; PyTorch's default is {@code createGraph}
   * @param createGraph record this pass itself, for higher derivatives
   * @param allowUnused whether an input may be one that no output depends on
   * @return one gradient per input; null where unused
   * @throws IllegalArgumentException for another number of gradients than of outputs
   * @throws TorchException when no output depends on some input, unless allowed
   */
  public static List<@Nullable Tensor> grad(
      List<Tensor> outputs,
      List<Tensor> inputs,
      @Nullable List<? extends @Nullable Tensor> gradOutputs,
      boolean retainGraph,
      boolean createGraph,
      boolean allowUnused) {
    if (gradOutputs != null && gradOutputs.size() != outputs.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "gradOutputs: expected one for each of %d outputs, got %d; null stands for 1",
              outputs.size(),
              gradOutputs.size()));
    }
    @Nullable TensorHandle[] results =
        Autograd.grad(
            Tensor.handlesOf(outputs),
            Tensor.handlesOf(inputs),
            gradOutputs == null ? List.of() : Tensor.handles(gradOutputs),
            retainGraph,
            createGraph,
            allowUnused);
    List<@Nullable Tensor> gradients = new ArrayList<>();
    for (TensorHandle result : results) {
      gradients.add(result == null ? null : new Tensor(result));
    }
    return Collections.unmodifiableList(gradients);
  }

  // Everything else

  /**
   * Returns any operator of libtorch, by its schema's name.
   *
   * <p>Kernels of the backward pass, and most of those whose names begin with an underscore, trust
   * their callers and are refused; {@code -Dpanama.torch.unsafeOperators=true} allows them.
   *
   * @param name such as {@code aten::cumsum} or, with an overload, {@code aten::add.Tensor}
   * @throws ArgumentException when there is none, with the overloads there are, or when it trusts
   *     its caller
   */
  public static Op op(String name) {
    Operator operator = Operator.find(name);
    if (operator.isTrusting()) {
      throw new ArgumentException(
          "op: expected an operator that checks its arguments, got "
              + name
              + ", a part of another, which trusts its caller: a wrong argument would end the"
              + " virtual machine, or give numbers out of foreign memory. Call the operator that it"
              + " is part of, or start Java with -Dpanama.torch.unsafeOperators=true");
    }
    return new Op(operator);
  }

  /** Threads used inside one operator. */
  public static int getNumThreads() {
    return Library.numThreads();
  }

  /**
   * Sets the threads used inside one operator.
   *
   * @throws IllegalArgumentException below 1, or above 1024, which no machine would start
   */
  public static void setNumThreads(int count) {
    Library.setNumThreads(checkThreads(count));
  }

  /** Threads used for operators that run side by side. */
  public static int getNumInteropThreads() {
    return Library.numInteropThreads();
  }

  /**
   * Sets the threads used for operators that run side by side.
   *
   * @throws IllegalArgumentException below 1, or above 1024, which no machine would start
   * @throws TorchException the second time, or after the first such work
   */
  public static void setNumInteropThreads(int count) {
    Library.setNumInteropThreads(checkThreads(count));
  }

  /** A thread that cannot be started ends the process. */
  private static int checkThreads(int count) {
    if (count < 1 || count > MOST_THREADS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "count: expected 1 to %d threads, got %d; there are %d processors",
              MOST_THREADS,
              count,
              Runtime.getRuntime().availableProcessors()));
    }
    return count;
  }

  /** The native memory in use. */
  public static MemoryUse memory() {
    Library.Memory memory = Library.memory();
    return new MemoryUse(memory.liveTensors(), memory.liveBytes(), memory.keptBytes());
  }

  /**
   * Gives the system back what freed tensors have left for those to come: blocks of 64 KiB and
   * more, together never more than the native budget. After a phase that needed much memory, say.
   * PyTorch's {@code torch.accelerator.empty_cache}, for the CPU.
   */
  public static void emptyCache() {
    Library.emptyCache();
  }

  /**
   * The live tensors by the lines that made them, after a collection: those that somebody still
   * holds. Needs {@code -Dpanama.torch.trackAllocations=true} at the start of the JVM, which costs
   * a walk up the stack for every tensor; without it the report tells the totals alone.
   */
  public static LeakReport leakReport() {
    return LeakReport.now();
  }

  /** The version of libtorch in use, such as {@code 2.13.0}. */
  public static String version() {
    return Library.libtorchVersion();
  }

  /**
   * What a bug report needs: the versions, where the native libraries come from, Java and system;
   * and libtorch's own account of its build flags, BLAS, OpenMP, threads, CPU capability and CUDA.
   */
  public static String buildInfo() {
    try (Tensor text = new Tensor(Library.buildInfo())) {
      return BuildInfo.text() + new String(text.toByteArray(), UTF_8);
    }
  }
}
