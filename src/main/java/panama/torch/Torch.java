package panama.torch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.Autograd;
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

  private Torch() {}

  // Tensors from sizes

  /** Not initialised: whatever the memory held. FLOAT32 on the CPU. */
  public static Tensor empty(long... sizes) {
    return empty(sizes, TensorOptions.DEFAULT);
  }

  /** Not initialised: whatever the memory held. */
  public static Tensor empty(long[] sizes, TensorOptions options) {
    return new Tensor(Creation.empty(sizes, options.toNative()));
  }

  /** All 0. FLOAT32 on the CPU. */
  public static Tensor zeros(long... sizes) {
    return zeros(sizes, TensorOptions.DEFAULT);
  }

  /** All 0. */
  public static Tensor zeros(long[] sizes, TensorOptions options) {
    return new Tensor(Creation.zeros(sizes, options.toNative()));
  }

  /** All 0, in the shape and type and on the device of another tensor. */
  public static Tensor zerosLike(Tensor like) {
    return op("aten::zeros_like").arg(like).call().tensor();
  }

  /** All 1. FLOAT32 on the CPU. */
  public static Tensor ones(long... sizes) {
    return ones(sizes, TensorOptions.DEFAULT);
  }

  /** All 1. */
  public static Tensor ones(long[] sizes, TensorOptions options) {
    return new Tensor(Creation.ones(sizes, options.toNative()));
  }

  /** All {@code value}. */
  public static Tensor full(long[] sizes, double value, TensorOptions options) {
    return new Tensor(Creation.full(sizes, new Value.Real(value), options.toNative()));
  }

  /** 0, 1, ... below {@code end}. INT64 on the CPU. */
  public static Tensor arange(long end) {
    return arange(0, end, 1);
  }

  /** {@code start, start + step, ...} below {@code end}. INT64 on the CPU. */
  public static Tensor arange(long start, long end, long step) {
    return new Tensor(
        Creation.arange(
            new Value.Int(start),
            new Value.Int(end),
            new Value.Int(step),
            TensorOptions.of(DType.INT64).toNative()));
  }

  /** {@code start, start + step, ...} below {@code end}. FLOAT32 on the CPU. */
  public static Tensor arange(double start, double end, double step) {
    return new Tensor(
        Creation.arange(
            new Value.Real(start),
            new Value.Real(end),
            new Value.Real(step),
            TensorOptions.DEFAULT.toNative()));
  }

  /** The n x n identity matrix. FLOAT32 on the CPU. */
  public static Tensor eye(long n) {
    return new Tensor(Creation.eye(n, TensorOptions.DEFAULT.toNative()));
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

  /** Uniform in [0, 1). */
  public static Tensor rand(long[] sizes, TensorOptions options) {
    return new Tensor(Creation.rand(sizes, options.toNative()));
  }

  /** Normal, mean 0 and variance 1. FLOAT32 on the CPU. */
  public static Tensor randn(long... sizes) {
    return randn(sizes, TensorOptions.DEFAULT);
  }

  /** Normal, mean 0 and variance 1. */
  public static Tensor randn(long[] sizes, TensorOptions options) {
    return new Tensor(Creation.randn(sizes, options.toNative()));
  }

  /** Integers, uniform in [low, high). INT64 on the CPU. */
  public static Tensor randint(long low, long high, long... sizes) {
    return new Tensor(Creation.randint(low, high, sizes, TensorOptions.of(DType.INT64).toNative()));
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

  /**
   * These FLOAT32 elements in row-major order.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(float[] data, long... sizes) {
    return fromHeap(MemorySegment.ofArray(data), data.length, DType.FLOAT32, sizes);
  }

  /**
   * These FLOAT64 elements in row-major order.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(double[] data, long... sizes) {
    return fromHeap(MemorySegment.ofArray(data), data.length, DType.FLOAT64, sizes);
  }

  /**
   * These INT64 elements in row-major order.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(long[] data, long... sizes) {
    return fromHeap(MemorySegment.ofArray(data), data.length, DType.INT64, sizes);
  }

  /**
   * These INT32 elements in row-major order.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(int[] data, long... sizes) {
    return fromHeap(MemorySegment.ofArray(data), data.length, DType.INT32, sizes);
  }

  /**
   * These BOOL elements in row-major order.
   *
   * @param sizes their shape; left out: one dimension
   */
  public static Tensor tensor(boolean[] data, long... sizes) {
    byte[] bytes = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      bytes[i] = (byte) (data[i] ? 1 : 0);
    }
    return fromHeap(MemorySegment.ofArray(bytes), data.length, DType.BOOL, sizes);
  }

  /**
   * These rows of FLOAT32 elements.
   *
   * @throws IllegalArgumentException when the rows differ in length
   */
  public static Tensor tensor(float[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] data = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      checkRow(i, rows[i].length, width);
      System.arraycopy(rows[i], 0, data, i * width, width);
    }
    return tensor(data, rows.length, width);
  }

  /**
   * These rows of INT64 elements.
   *
   * @throws IllegalArgumentException when the rows differ in length
   */
  public static Tensor tensor(long[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    long[] data = new long[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      checkRow(i, rows[i].length, width);
      System.arraycopy(rows[i], 0, data, i * width, width);
    }
    return tensor(data, rows.length, width);
  }

  private static void checkRow(int index, int length, int width) {
    if (length != width) {
      throw new IllegalArgumentException(
          "rows: expected all of length %d as the first, got length %d in row %d"
              .formatted(width, length, index));
    }
  }

  private static Tensor fromHeap(MemorySegment data, int length, DType dtype, long[] sizes) {
    long[] shape = sizes.length == 0 ? new long[] {length} : sizes;
    try (Arena arena = Arena.ofConfined()) {
      return tensor(arena.allocate(data.byteSize(), 16).copyFrom(data), dtype, shape);
    }
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
    long expected = Math.multiplyExact(Shape.of(sizes).numel(), (long) dtype.bytes());
    if (data.byteSize() != expected) {
      throw new IllegalArgumentException(
          "data: expected %d elements for shape %s, got %s"
              .formatted(
                  expected / dtype.bytes(),
                  Arrays.toString(sizes),
                  data.byteSize() / (double) dtype.bytes()));
    }
    return new Tensor(Creation.fromData(data, sizes, TensorOptions.of(dtype).toNative()));
  }

  // Joining and choosing

  /** Tensors one after the other along a dimension that they have. */
  public static Tensor cat(List<Tensor> tensors, int dim) {
    return new Tensor(Views.cat(Tensor.handlesOf(tensors), dim));
  }

  /** Tensors of one shape side by side along a new dimension. */
  public static Tensor stack(List<Tensor> tensors, int dim) {
    return new Tensor(Views.stack(Tensor.handlesOf(tensors), dim));
  }

  /** Elements of x where the condition is true, of y elsewhere. */
  public static Tensor where(Tensor condition, Tensor x, Tensor y) {
    return new Tensor(Views.where(condition.handle(), x.handle(), y.handle()));
  }

  // Neural networks; panama.torch.nn.functional has the forms with PyTorch's defaults and checks

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

  /** Pads sequences (L_i, ...) to the longest; before them rather than after with {@code left}. */
  public static Tensor padSequence(
      List<Tensor> sequences, boolean batchFirst, double paddingValue, boolean left) {
    return new Tensor(
        Views.padSequence(Tensor.handlesOf(sequences), batchFirst, paddingValue, left));
  }

  /**
   * Packs a padded batch, longest sequence first.
   *
   * @param lengths (N), INT64 on the CPU, decreasing
   * @return data and batch sizes
   */
  public static List<Tensor> packPaddedSequence(Tensor x, Tensor lengths, boolean batchFirst) {
    return wrap(Recurrent.packPadded(x.handle(), lengths.handle(), batchFirst));
  }

  /**
   * Undoes packing.
   *
   * @param totalLength pads to this length; -1: to the longest
   * @return padded data and lengths
   */
  public static List<Tensor> padPackedSequence(
      Tensor data, Tensor batchSizes, boolean batchFirst, double paddingValue, long totalLength) {
    return wrap(
        Recurrent.padPacked(
            data.handle(), batchSizes.handle(), batchFirst, paddingValue, totalLength));
  }

  private static List<Tensor> wrap(TensorHandle[] handles) {
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
   * @throws IllegalArgumentException for another type
   */
  public static Autocast autocast(DType dtype) {
    return autocast(Device.Type.CPU, dtype, true);
  }

  /**
   * {@link #autocast(DType)} for a kind of device, or, not enabled, a stretch without it inside.
   *
   * @throws IllegalStateException on a virtual thread
   * @throws IllegalArgumentException for a type other than BFLOAT16 and FLOAT16
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
    @Nullable TensorHandle[] results =
        Autograd.grad(
            Tensor.handlesOf(outputs),
            Tensor.handlesOf(inputs),
            List.of(),
            createGraph,
            createGraph,
            false);
    return Arrays.stream(results).map(Tensor::new).toList();
  }

  // Everything else

  /**
   * Any operator of libtorch, by its schema's name.
   *
   * @param name such as {@code aten::cumsum} or, with an overload, {@code aten::add.Tensor}
   * @throws IllegalArgumentException when there is none; the message lists the overloads there are
   */
  public static Op op(String name) {
    return new Op(Operator.find(name));
  }

  /** Threads used inside one operator. */
  public static int getNumThreads() {
    return Library.numThreads();
  }

  /**
   * Sets the threads used inside one operator.
   *
   * @throws IllegalArgumentException below 1
   */
  public static void setNumThreads(int count) {
    Library.setNumThreads(count);
  }

  /** Threads used for operators that run side by side. */
  public static int getNumInteropThreads() {
    return Library.numInteropThreads();
  }

  /**
   * Sets the threads used for operators that run side by side.
   *
   * @throws IllegalArgumentException below 1
   * @throws TorchException the second time, or after the first such work
   */
  public static void setNumInteropThreads(int count) {
    Library.setNumInteropThreads(count);
  }

  /** The native memory in use. */
  public static MemoryUse memory() {
    long[] memory = Library.memory();
    return new MemoryUse(memory[0], memory[1]);
  }

  /** The version of libtorch in use, such as {@code 2.13.0}. */
  public static String version() {
    return Library.libtorchVersion();
  }

  /** Versions, build flags, processor and threads: what a bug report needs. */
  public static String buildInfo() {
    try (Tensor text = new Tensor(Library.buildInfo())) {
      return "panama-torch on libtorch " + version() + "\n" + new String(text.toByteArray(), UTF_8);
    }
  }
}
