package panama.torch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.operators.Autograd;
import panama.torch.internal.operators.Data;
import panama.torch.internal.operators.Operator;
import panama.torch.internal.runtime.BuildInfo;
import panama.torch.internal.runtime.Library;
import panama.torch.internal.runtime.Modes;
import panama.torch.internal.runtime.Settings;
import panama.torch.internal.runtime.TensorHandle;

/**
 * The functions of PyTorch's {@code torch} namespace: creating and joining tensors, random seeds,
 * autograd modes, threads and memory. Intended for {@code import static panama.torch.Torch.*}.
 */
public final class Torch extends TorchOperators {
  static {
    TorchException.install();
  }

  private static final int MAX_THREADS = 1024;

  private Torch() {}

  // Files

  /**
   * Loads a file that PyTorch's {@code torch.save} or {@link #save} has written, PyTorch's {@code
   * torch.load} with {@code weights_only=True}: nothing in the file is executed.
   *
   * <pre>{@code
   * model.loadStateDict(Torch.load(Path.of("model.pt")));
   * Map<String, Object> checkpoint = Torch.load(Path.of("checkpoint.pt"));
   * }</pre>
   *
   * <p>Tensors are loaded to the CPU; those that shared memory share it again. None, bool, int,
   * float, str and bytes become null, {@link Boolean}, {@link Long} or {@link BigInteger}, {@link
   * Double}, {@link String} and {@code byte[]}; dicts, lists, tuples and sets become maps, lists
   * and sets; a {@code torch.dtype} becomes a {@link DType}.
   *
   * @param <T> the type of the value, which is not checked
   * @param path a file of PyTorch 1.6 or later
   * @return the value
   * @throws IOException if the file cannot be read, is damaged, or has objects of other classes,
   *     which the message names
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as the caller says
  public static <T extends @Nullable Object> T load(Path path) throws IOException {
    return (T) TorchFileReader.load(path);
  }

  /**
   * Saves a value to a file that PyTorch's {@code torch.load} reads, also with {@code
   * weights_only=True}. The file is replaced atomically: a reader sees the old one or the complete
   * new one.
   *
   * @param path the file to write
   * @param value a tensor, null, a Boolean, a number, a String, a {@link DType}, or collections of
   *     these: maps become dicts, whose keys must be strings or ints, and other collections lists.
   *     The elements of tensors are written in row-major order
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the value has objects of other classes or contains itself
   */
  public static void save(Path path, @Nullable Object value) throws IOException {
    TorchFileWriter.save(path, value);
  }

  // Random numbers

  /**
   * Seeds the default random generators of all devices. The same seed yields the same numbers as in
   * PyTorch.
   *
   * @param seed the seed
   */
  public static void manualSeed(long seed) {
    Library.manualSeed(seed);
  }

  /**
   * Returns uniformly distributed integers from [low, high) in the shape {@code (size,
   * moreSizes...)}, INT64 on the CPU.
   *
   * <p>At least one size is required, because two numbers could be taken for PyTorch's {@code
   * randint(high, size)}, which is {@code randint(high, new long[] {size})} here. {@code
   * randint(low, high, new long[0])} returns a scalar.
   *
   * @param low the least integer
   * @param high the bound above the largest integer
   * @param size the size of the first dimension
   * @param moreSizes the sizes of the other dimensions
   */
  public static Tensor randint(long low, long high, long size, long... moreSizes) {
    return randint(low, high, joined(size, moreSizes));
  }

  /**
   * Returns normally distributed numbers in the shape {@code (size, moreSizes...)}, FLOAT32 on the
   * CPU.
   *
   * @param mean the mean
   * @param std the standard deviation
   * @param size the size of the first dimension
   * @param moreSizes the sizes of the other dimensions
   */
  public static Tensor normal(double mean, double std, long size, long... moreSizes) {
    return normal(mean, std, joined(size, moreSizes));
  }

  private static long[] joined(long size, long... moreSizes) {
    return LongStream.concat(LongStream.of(size), LongStream.of(moreSizes)).toArray();
  }

  // Tensors from copied data

  /**
   * Returns a scalar tensor of type FLOAT32.
   *
   * @param value the element
   */
  public static Tensor tensor(double value) {
    return full(new long[0], value);
  }

  /**
   * Returns a scalar tensor of type INT64.
   *
   * @param value the element
   */
  public static Tensor tensor(long value) {
    return full(new long[0], value);
  }

  /**
   * Returns a scalar tensor of type BOOL.
   *
   * @param value the element
   */
  public static Tensor tensor(boolean value) {
    return full(new long[0], value ? 1 : 0, DType.BOOL);
  }

  /**
   * Returns a FLOAT32 tensor with copies of the elements in row-major order.
   *
   * @param data the elements
   * @param sizes the shape; omitted: one dimension
   */
  public static Tensor tensor(float[] data, long... sizes) {
    return ArrayData.flat(data, DType.FLOAT32, sizes);
  }

  /**
   * Returns a FLOAT32 tensor with the elements in row-major order, rounded, as {@code
   * tensor(double)} and PyTorch's {@code torch.tensor([1.5])} do. {@code tensor(data,
   * DType.FLOAT64)} keeps their precision.
   *
   * @param data the elements
   * @param sizes the shape; omitted: one dimension
   */
  public static Tensor tensor(double[] data, long... sizes) {
    return ArrayData.flat(data, DType.FLOAT32, sizes);
  }

  /**
   * Returns an INT64 tensor with copies of the elements in row-major order.
   *
   * @param data the elements
   * @param sizes the shape; omitted: one dimension
   */
  public static Tensor tensor(long[] data, long... sizes) {
    return ArrayData.flat(data, DType.INT64, sizes);
  }

  /**
   * Returns an INT32 tensor with copies of the elements in row-major order. Class indices must be
   * INT64: {@code tensor(data, DType.INT64)}.
   *
   * @param data the elements
   * @param sizes the shape; omitted: one dimension
   */
  public static Tensor tensor(int[] data, long... sizes) {
    return ArrayData.flat(data, DType.INT32, sizes);
  }

  /**
   * Returns an INT16 tensor with copies of the elements in row-major order.
   *
   * @param data the elements
   * @param sizes the shape; omitted: one dimension
   */
  public static Tensor tensor(short[] data, long... sizes) {
    return ArrayData.flat(data, DType.INT16, sizes);
  }

  /**
   * Returns an INT8 tensor with copies of the elements in row-major order.
   *
   * @param data the elements
   * @param sizes the shape; omitted: one dimension
   */
  public static Tensor tensor(byte[] data, long... sizes) {
    return ArrayData.flat(data, DType.INT8, sizes);
  }

  /**
   * Returns a BOOL tensor with copies of the elements in row-major order.
   *
   * @param data the elements
   * @param sizes the shape; omitted: one dimension
   */
  public static Tensor tensor(boolean[] data, long... sizes) {
    return ArrayData.flat(data, DType.BOOL, sizes);
  }

  /**
   * Returns a tensor with the elements in row-major order, converted to the given type.
   *
   * @param data the elements
   * @param dtype the type of the tensor
   * @param sizes the shape; omitted: one dimension
   * @throws IllegalArgumentException for an element out of the range of an integer type
   */
  public static Tensor tensor(float[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns a tensor with the doubles in row-major order, converted to the given type. See {@link
   * #tensor(float[], DType, long...)}.
   *
   * @param data the elements
   * @param dtype the type of the tensor
   * @param sizes the shape; omitted: one dimension
   * @throws IllegalArgumentException for an element out of the range of an integer type
   */
  public static Tensor tensor(double[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns a tensor with the longs in row-major order, converted to the given type. See {@link
   * #tensor(float[], DType, long...)}.
   *
   * @param data the elements
   * @param dtype the type of the tensor
   * @param sizes the shape; omitted: one dimension
   * @throws IllegalArgumentException for an element out of the range of an integer type
   */
  public static Tensor tensor(long[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns a tensor with the ints in row-major order, converted to the given type. See {@link
   * #tensor(float[], DType, long...)}.
   *
   * @param data the elements
   * @param dtype the type of the tensor
   * @param sizes the shape; omitted: one dimension
   * @throws IllegalArgumentException for an element out of the range of an integer type
   */
  public static Tensor tensor(int[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns a tensor with the shorts in row-major order, converted to the given type. See {@link
   * #tensor(float[], DType, long...)}.
   *
   * @param data the elements
   * @param dtype the type of the tensor
   * @param sizes the shape; omitted: one dimension
   * @throws IllegalArgumentException for an element out of the range of an integer type
   */
  public static Tensor tensor(short[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns a tensor with the bytes in row-major order, converted to the given type. See {@link
   * #tensor(float[], DType, long...)}.
   *
   * @param data the elements
   * @param dtype the type of the tensor
   * @param sizes the shape; omitted: one dimension
   * @throws IllegalArgumentException for an element out of the range of an integer type
   */
  public static Tensor tensor(byte[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns a tensor with the booleans in row-major order as 0 and 1 of the given type.
   *
   * @param data the elements
   * @param dtype the type of the tensor
   * @param sizes the shape; omitted: one dimension
   */
  public static Tensor tensor(boolean[] data, DType dtype, long... sizes) {
    return ArrayData.flat(data, dtype, sizes);
  }

  /**
   * Returns a tensor with the elements of nested arrays, as in {@code tensor(new float[][][]
   * {...})}. The element type is that of {@code tensor(array)} for the innermost arrays; for
   * doubles it is FLOAT32.
   *
   * @param <A> the type of the inner arrays, such as {@code float[]}
   * @param data arrays of arrays, to any depth
   * @throws ShapeException if arrays of one level differ in length; the message has the position
   * @throws DTypeException unless the elements are primitive numbers or booleans
   */
  public static <A> Tensor tensor(A[] data) {
    return ArrayData.nested(data, null);
  }

  /**
   * Returns a tensor with the elements of nested arrays, converted to the given type.
   *
   * @param <A> the type of the inner arrays, such as {@code float[]}
   * @param data arrays of arrays, to any depth
   * @param dtype the type of the result
   * @throws ShapeException if arrays of one level differ in length; the message has the position
   * @throws DTypeException unless the elements are primitive numbers or booleans
   * @throws IllegalArgumentException for an element out of the range of an integer type
   */
  public static <A> Tensor tensor(A[] data, DType dtype) {
    return ArrayData.nested(data, dtype);
  }

  /**
   * Returns a tensor with copies of a buffer's remaining elements in row-major order. The element
   * type is the buffer's: FLOAT64 for doubles, INT8 for bytes.
   *
   * @param data the buffer; its position is left unchanged
   * @param sizes the shape; omitted: one dimension
   * @throws IllegalArgumentException for a buffer of characters, or not in native byte order
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
   * Returns a tensor with copies of elements in memory, in row-major and native byte order.
   *
   * @param data native memory of exactly the size of the elements
   * @param dtype the type of the elements
   * @param sizes the shape; omitted: a scalar
   * @throws ShapeException if the size of the memory differs
   * @throws IllegalArgumentException for memory on the Java heap
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
    return new Tensor(Data.fromData(data, sizes, TensorOptions.of(dtype).toNative()));
  }

  /** Returns the product of the sizes, which may exceed a long. */
  private static BigInteger elements(long[] sizes) {
    return Arrays.stream(Shape.of(sizes).toArray())
        .mapToObj(BigInteger::valueOf)
        .reduce(BigInteger.ONE, BigInteger::multiply);
  }

  // Products of tensors

  /**
   * Returns the sum of products given in Einstein notation: {@code einsum("bij,bjk->bik", a, b)} is
   * the batched matrix product.
   *
   * @param equation one letter for each dimension of each operand; letters missing in the result
   *     are summed over
   * @param tensors the operands
   */
  public static Tensor einsum(String equation, Tensor... tensors) {
    return op("aten::einsum").start().arg(equation).arg(List.of(tensors)).tensor();
  }

  /**
   * Returns the products summed over the last dimensions of a and the first dimensions of b.
   *
   * @param a the first tensor
   * @param b the second tensor
   * @param dims the number of dimensions to sum over
   * @throws IndexException if either tensor has fewer dimensions than {@code dims}
   */
  public static Tensor tensordot(Tensor a, Tensor b, int dims) {
    int max = Math.min(a.dim(), b.dim());
    if (dims < 0 || dims > max) {
      throw new IndexException(
          String.format(
              Locale.ROOT,
              "dims: expected 0 to %d for shapes %s and %s, got %d",
              max,
              a.shape(),
              b.shape(),
              dims));
    }
    return tensordot(
        a, b, LongStream.range(-dims, 0).toArray(), LongStream.range(0, dims).toArray());
  }

  // Types

  /**
   * Returns the type of arithmetic between tensors of two types, to which both are promoted.
   *
   * @param a a type
   * @param b a type
   */
  public static DType promoteTypes(DType a, DType b) {
    return DType.of((int) op("aten::promote_types").start().arg(a).arg(b).call().integer(0));
  }

  /**
   * Returns the type of arithmetic between two tensors. A tensor without dimensions determines it
   * only if its type is of a higher category: BOOL, integers, floating point, complex.
   *
   * @param a a tensor
   * @param b a tensor
   */
  public static DType resultType(Tensor a, Tensor b) {
    return DType.of((int) op("aten::result_type.Tensor").arg(a).arg(b).call().integer(0));
  }

  /**
   * Returns whether results of one type can be stored in place in a tensor of another type.
   *
   * @param from the type to convert from
   * @param to the type to convert to
   */
  public static boolean canCast(DType from, DType to) {
    return op("aten::can_cast").start().arg(from).arg(to).call().truth(0);
  }

  // Gradients

  /**
   * Disables the recording of gradients on this thread until the result is closed:
   *
   * <pre>{@code
   * try (var _ = Torch.noGrad()) { ... }
   * }</pre>
   *
   * @return the mode, which ends when it is closed
   */
  public static GradMode noGrad() {
    return GradMode.set("noGrad", false);
  }

  /**
   * Enables the recording of gradients on this thread until the result is closed.
   *
   * @return the mode, which ends when it is closed
   */
  public static GradMode enableGrad() {
    return GradMode.set("enableGrad", true);
  }

  /**
   * Enables inference mode on this thread until the result is closed. It disables the recording of
   * gradients like {@link #noGrad} and is faster, but tensors created in it cannot be used in a
   * graph later.
   *
   * @return the mode, which ends when it is closed
   */
  public static GradMode inferenceMode() {
    return GradMode.inference();
  }

  /**
   * Enables automatic mixed precision for the CPU on this thread until the result is closed: matrix
   * products and similar operators compute in a lower precision.
   *
   * <pre>{@code
   * try (var _ = Torch.autocast(DType.BFLOAT16)) { ... }
   * }</pre>
   *
   * @param dtype BFLOAT16 or FLOAT16
   * @return the mode, which ends when it is closed
   * @throws DTypeException for another type
   */
  public static Autocast autocast(DType dtype) {
    return autocast(Device.Type.CPU, dtype, true);
  }

  /**
   * Enables or disables automatic mixed precision for a device type on this thread until the result
   * is closed. See {@link #autocast(DType)}.
   *
   * @param device the device type
   * @param dtype BFLOAT16 or FLOAT16
   * @param enabled false for a block in full precision within another autocast block
   * @return the mode, which ends when it is closed
   * @throws DTypeException for a type other than BFLOAT16 and FLOAT16
   */
  public static Autocast autocast(Device.Type device, DType dtype, boolean enabled) {
    return new Autocast(device, dtype, enabled);
  }

  /**
   * Returns whether automatic mixed precision is enabled on this thread for a device type.
   *
   * @param device the type of device
   */
  public static boolean isAutocastEnabled(Device.Type device) {
    return Modes.inEffect().autocast(device.code()).isOn();
  }

  /**
   * Checks backward passes of the process for NaN until the result is closed.
   *
   * @return the mode, which ends when it is closed
   */
  public static AnomalyMode detectAnomaly() {
    return new AnomalyMode(true);
  }

  /** Returns whether operators without a deterministic implementation fail. Default: false. */
  public static boolean areDeterministicAlgorithmsEnabled() {
    return Settings.deterministic();
  }

  /**
   * Sets whether operators without a deterministic implementation fail.
   *
   * @param enabled whether to use deterministic algorithms only
   */
  public static void useDeterministicAlgorithms(boolean enabled) {
    Settings.setDeterministic(enabled, false);
  }

  /**
   * Sets whether denormal numbers are flushed to zero, on this thread and the threads of libtorch.
   *
   * @param enabled whether to flush them
   * @return whether the processor supports it
   */
  public static boolean setFlushDenormal(boolean enabled) {
    return Settings.setFlushDenormal(enabled);
  }

  /** Returns whether this thread records gradients. */
  public static boolean isGradEnabled() {
    return Modes.inEffect().recordsGradients();
  }

  /**
   * Returns the gradients of the sum of outputs with respect to inputs; the leaves' {@link
   * Tensor#grad} is left unchanged.
   *
   * @param outputs tensors with one element each
   * @param inputs the tensors to differentiate with respect to
   * @param createGraph whether to record this pass itself, for higher derivatives
   * @return one gradient for each input
   * @throws TorchException if no output depends on one of the inputs
   */
  public static List<Tensor> grad(List<Tensor> outputs, List<Tensor> inputs, boolean createGraph) {
    return grad(outputs, inputs, null, createGraph, createGraph, false).stream()
        .map(Objects::requireNonNull)
        .toList();
  }

  /**
   * Returns vector-Jacobian products of outputs with respect to inputs; the leaves' {@link
   * Tensor#grad} is left unchanged.
   *
   * @param outputs the tensors to differentiate
   * @param inputs the tensors to differentiate with respect to
   * @param gradOutputs the vector for each output, of the output's shape; null, for all or for one
   *     output: 1, for a tensor with one element
   * @param retainGraph whether to keep the graph for another pass; PyTorch's default is {@code
   *     createGraph}
   * @param createGraph whether to record this pass itself, for higher derivatives
   * @param allowUnused whether outputs need not depend on every input
   * @return one gradient for each input; null for an unused input
   * @throws IllegalArgumentException if the numbers of gradients and of outputs differ
   * @throws TorchException if no output depends on one of the inputs, unless {@code allowUnused}
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

  // Operators by name

  /**
   * Returns the operator of libtorch with the given name.
   *
   * <p>Operators that do not validate their arguments are rejected: backward kernels, and most
   * operators whose names begin with an underscore. {@code -Dpanama.torch.unsafeOperators=true}
   * permits them.
   *
   * @param name the name in the schema, such as {@code aten::cumsum} or, with an overload, {@code
   *     aten::add.Tensor}
   * @throws ArgumentException if there is no such operator, with the existing overloads in the
   *     message, or if it does not validate its arguments
   */
  public static Op op(String name) {
    Operator operator = Operator.find(name);
    if (operator.isTrusting()) {
      throw new ArgumentException(
          "op: expected an operator that validates its arguments, got "
              + name
              + ", which relies on the operator that calls it: an invalid argument could crash the"
              + " JVM or read unrelated memory. Call that operator instead, or start Java with"
              + " -Dpanama.torch.unsafeOperators=true");
    }
    return Op.of(operator);
  }

  // Threads

  /**
   * Returns the number of threads that one operator may use. Default: that of libtorch, which is
   * one for each processor core, but at most {@link Runtime#availableProcessors()}; unless the
   * environment variables {@code OMP_NUM_THREADS} or {@code MKL_NUM_THREADS} set it.
   */
  public static int getNumThreads() {
    return Library.numThreads();
  }

  /**
   * Sets the number of threads that one operator may use.
   *
   * @param count from 1 to 1024
   * @throws IllegalArgumentException for a number out of this range
   */
  public static void setNumThreads(int count) {
    Library.setNumThreads(checkThreads(count));
  }

  /** Returns the number of threads for operators that run in parallel. */
  public static int getNumInteropThreads() {
    return Library.numInteropThreads();
  }

  /**
   * Sets the number of threads for operators that run in parallel.
   *
   * @param count from 1 to 1024
   * @throws IllegalArgumentException for a number out of this range
   * @throws TorchException if the number was set before, or operators have run in parallel
   */
  public static void setNumInteropThreads(int count) {
    Library.setNumInteropThreads(checkThreads(count));
  }

  /** Limits the number of threads: libtorch ends the process if it cannot start one. */
  private static int checkThreads(int count) {
    if (count < 1 || count > MAX_THREADS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "count: expected 1 to %d threads, got %d; there are %d processors",
              MAX_THREADS,
              count,
              Runtime.getRuntime().availableProcessors()));
    }
    return count;
  }

  // Memory and versions

  /** Returns the native memory in use. */
  public static MemoryUse memory() {
    Library.Memory memory = Library.memory();
    return new MemoryUse(memory.liveTensors(), memory.liveBytes(), memory.keptBytes());
  }

  /**
   * Returns cached memory to the operating system: blocks of 64 KiB and more that were freed and
   * are cached for reuse, at most the native budget. Useful after a phase that needed much memory.
   * Corresponds to {@code torch.accelerator.empty_cache}, for the CPU.
   */
  public static void emptyCache() {
    Library.emptyCache();
  }

  /**
   * Returns the live tensors grouped by the line of the program that created them, after a garbage
   * collection. Requires {@code -Dpanama.torch.trackAllocations=true} at the start of the JVM,
   * which adds a stack walk to the creation of every tensor; otherwise the report has only totals.
   */
  public static LeakReport leakReport() {
    return LeakReport.now();
  }

  /** Returns the version of libtorch in use, such as {@code 2.13.0}. */
  public static String version() {
    return Library.libtorchVersion();
  }

  /**
   * Returns the text to include in a bug report: the versions, the location of the native
   * libraries, Java and operating system, and libtorch's build flags, BLAS, OpenMP, threads, CPU
   * capability and CUDA.
   */
  public static String buildInfo() {
    try (Tensor text = new Tensor(Library.buildInfo())) {
      return BuildInfo.text() + Backends.description() + new String(text.toByteArray(), UTF_8);
    }
  }
}
