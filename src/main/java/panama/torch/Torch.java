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
import panama.torch.internal.Data;
import panama.torch.internal.Library;
import panama.torch.internal.Modes;
import panama.torch.internal.Operator;
import panama.torch.internal.Recurrent;
import panama.torch.internal.Settings;
import panama.torch.internal.TensorHandle;

/**
 * The functions of the {@code torch} namespace: tensors are made here, and joined, seeded and
 * timed. Meant for {@code import static panama.torch.Torch.*}.
 */
public final class Torch extends TorchOperators {
  static {
    TorchException.install();
  }

  private static final int MOST_THREADS = 1024;

  private Torch() {}

  // Random numbers

  /**
   * Seeds the random generators of all devices.
   *
   * <p>The same seed gives the stream that it gives in PyTorch.
   */
  public static void manualSeed(long seed) {
    Library.manualSeed(seed);
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

  /** Returns normal numbers in the shape {@code (size, moreSizes...)}. FLOAT32 on the CPU. */
  public static Tensor normal(double mean, double std, long size, long... moreSizes) {
    return normal(mean, std, joined(size, moreSizes));
  }

  private static long[] joined(long size, long... moreSizes) {
    return LongStream.concat(LongStream.of(size), LongStream.of(moreSizes)).toArray();
  }

  // Tensors from data, copied

  /** Returns a number without dimensions, FLOAT32. */
  public static Tensor tensor(double value) {
    return full(new long[0], value);
  }

  /** Returns an integer without dimensions, INT64. */
  public static Tensor tensor(long value) {
    return full(new long[0], value);
  }

  /** Returns a boolean without dimensions, BOOL. */
  public static Tensor tensor(boolean value) {
    return full(new long[0], value ? 1 : 0, DType.BOOL);
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
    return new Tensor(Data.fromData(data, sizes, TensorOptions.of(dtype).toNative()));
  }

  /** As many as no memory holds, perhaps. */
  private static BigInteger elements(long[] sizes) {
    return Arrays.stream(Shape.of(sizes).toArray())
        .mapToObj(BigInteger::valueOf)
        .reduce(BigInteger.ONE, BigInteger::multiply);
  }

  // Joining and choosing

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

  // Powers

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

  // Recurrent layers

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
   * try (var _ = Torch.noGrad()) { ... }
   * }</pre>
   */
  public static GradMode noGrad() {
    return GradMode.set("noGrad", false);
  }

  /** Work with gradients, inside {@link #noGrad}. */
  public static GradMode enableGrad() {
    return GradMode.set("enableGrad", true);
  }

  /** Like {@link #noGrad}, and faster; what is made here can never take part in a graph. */
  public static GradMode inferenceMode() {
    return GradMode.inference();
  }

  /**
   * Matrix products and the like in a lower precision, on the CPU, up to the end of a try block:
   *
   * <pre>{@code
   * try (var _ = Torch.autocast(DType.BFLOAT16)) { ... }
   * }</pre>
   *
   * @param dtype BFLOAT16 or FLOAT16
   * @throws DTypeException for another type
   */
  public static Autocast autocast(DType dtype) {
    return autocast(Device.Type.CPU, dtype, true);
  }

  /**
   * {@link #autocast(DType)} for a kind of device, or, not enabled, a stretch without it inside.
   *
   * @throws DTypeException for a type other than BFLOAT16 and FLOAT16
   */
  public static Autocast autocast(Device.Type device, DType dtype, boolean enabled) {
    return new Autocast(device, dtype, enabled);
  }

  /** Whether operators are cast on this thread, for a kind of device. */
  public static boolean isAutocastEnabled(Device.Type device) {
    return Modes.inEffect().autocast(device.code()).isOn();
  }

  /** Watches backward passes for NaN up to the end of a try block. */
  public static AnomalyMode detectAnomaly() {
    return new AnomalyMode(true);
  }

  /** Whether operators without a deterministic implementation fail. Default: false. */
  public static boolean areDeterministicAlgorithmsEnabled() {
    return Settings.deterministic();
  }

  /** Sets whether operators without a deterministic implementation fail. */
  public static void useDeterministicAlgorithms(boolean enabled) {
    Settings.setDeterministic(enabled, false);
  }

  /**
   * Sets whether denormal numbers count as zero, on this thread and those that libtorch starts.
   *
   * @return whether the processor can
   */
  public static boolean setFlushDenormal(boolean enabled) {
    return Settings.setFlushDenormal(enabled);
  }

  /** Whether this thread records gradients. */
  public static boolean isGradEnabled() {
    return Modes.inEffect().recordsGradients();
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
    return Op.of(operator);
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
