package panama.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.Autograd;
import panama.torch.internal.Data;
import panama.torch.internal.Hooks;
import panama.torch.internal.TensorHandle;
import panama.torch.internal.TensorInfo;
import panama.torch.internal.Value;

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
public final class Tensor extends TensorOperators implements AutoCloseable, Iterable<Tensor> {
  static {
    TorchException.install();
  }

  private static final Op EXPAND = Op.lazy("aten::expand");
  private static final Op INDEX = Op.lazy("aten::index.Tensor");
  private static final Op INDEX_PUT = Op.lazy("aten::index_put_");
  private static final Op RETAIN_GRAD = Op.lazy("aten::retain_grad");
  private static final Op SET_DATA = Op.lazy("aten::set_data");
  private static final Op SLICE = Op.lazy("aten::slice.Tensor");
  private static final Op TO = Op.lazy("aten::to.device");
  private static final Op UNIQUE = Op.lazy("aten::_unique2");
  private static final Op UNIQUE_DIM = Op.lazy("aten::unique_dim");

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

  /** Returns the sizes of all dimensions, as {@link #shape} does. */
  public Shape size() {
    return shape();
  }

  /**
   * Returns the size of one dimension.
   *
   * @param dim the dimension
   * @throws IndexException if the tensor has no such dimension
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
    return Autograd.gradFn(handle) instanceof Value.OfString text ? text.value() : null;
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
      case Value.OfLong(long value) -> value;
      case Value.OfBoolean(boolean value) -> value ? 1 : 0;
      case Value.OfDouble(double value) -> value;
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
      case Value.OfLong(long value) -> value;
      case Value.OfBoolean(boolean value) -> value ? 1 : 0;
      case Value.OfDouble real when dtype() == DType.UINT64 ->
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

  /**
   * Returns this tensor converted to another type, or this very data where it has that type.
   *
   * @param dtype the type
   */
  public Tensor to(DType dtype) {
    return to(dtype, device(), false);
  }

  /**
   * Returns this tensor on another device, or this very data where it is there.
   *
   * @param device the device
   */
  public Tensor to(Device device) {
    return to(dtype(), device, false);
  }

  /**
   * Returns this tensor converted to the type and moved to the device of {@code options}, or this
   * very data where it is so. The result requires gradients where this tensor does, whatever the
   * options say.
   *
   * @param options the type and the device
   */
  public Tensor to(TensorOptions options) {
    return to(options, false);
  }

  /**
   * Returns this tensor converted to the type and moved to the device of {@code options}. The
   * result requires gradients where this tensor does, whatever the options say.
   *
   * @param options the type and the device
   * @param copy whether to copy even where type and device are these already
   */
  public Tensor to(TensorOptions options, boolean copy) {
    return to(options.dtype(), options.device(), copy);
  }

  /**
   * Returns this tensor converted to the type and moved to the device of {@code other}.
   *
   * @param other the tensor to agree with
   */
  public Tensor to(Tensor other) {
    return to(other.dtype(), other.device(), false);
  }

  private Tensor to(DType dtype, Device device, boolean copy) {
    boolean nonBlocking = false;
    return TO.arg(this).arg(device).arg(dtype).arg(nonBlocking).arg(copy).call().tensor();
  }

  /** Returns this tensor in the memory of the CPU, or this very data where it is there. */
  public Tensor cpu() {
    return to(Device.CPU);
  }

  // Reductions

  private static final long[] ALL = {};

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
        UNIQUE.arg(this).arg(sorted).arg(returnInverse).arg(returnCounts).call(),
        returnInverse,
        returnCounts);
  }

  /** The different slices along a dimension. See {@link #unique(boolean, boolean, boolean)}. */
  public Unique unique(boolean sorted, boolean returnInverse, boolean returnCounts, int dim) {
    return Unique.of(
        UNIQUE_DIM.arg(this).arg(dim).arg(sorted).arg(returnInverse).arg(returnCounts).call(),
        returnInverse,
        returnCounts);
  }

  // Views

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
    return EXPAND.arg(this).arg(sizes).call().tensor();
  }

  /**
   * Returns a view of the elements of a dimension from {@code start} to {@code end - 1}: {@code
   * x[:, start:end]} for dim 1.
   */
  public Tensor slice(int dim, long start, long end) {
    return slice(dim, start, end, 1);
  }

  /**
   * Returns a view of every {@code step}-th element of a dimension from {@code start} to {@code end
   * - 1}: {@code x[:, start:end:step]} for dim 1.
   */
  public Tensor slice(int dim, long start, long end, long step) {
    return SLICE.arg(this).arg(dim).arg(start).arg(end).arg(step).call().tensor();
  }

  /**
   * Returns an iterator over the slices of the first dimension, as {@code for row in x} in Python:
   *
   * <pre>{@code
   * for (Tensor row : x) { ... }   // x[0], x[1], ...
   * }</pre>
   *
   * <p>Each slice is a view, created by {@link Iterator#next} and owned by the scope that is
   * current then, so that a {@link TensorScope} in the loop's body frees what the body computes,
   * and one around the loop frees the slices. The number of slices is fixed when the iterator is
   * created.
   *
   * @throws ShapeException if the tensor has no dimensions
   */
  @Override
  public Iterator<Tensor> iterator() {
    long[] sizes = info("iterator").sizes();
    if (sizes.length == 0) {
      throw new ShapeException(
          "iterator: expected a tensor with at least 1 dimension, got shape []; use item() for its"
              + " value, or unsqueeze(0) first");
    }
    return new Slices(sizes[0]);
  }

  private final class Slices implements Iterator<Tensor> {
    private final long size;
    private long index;

    private Slices(long size) {
      this.size = size;
    }

    @Override
    public boolean hasNext() {
      return index < size;
    }

    @Override
    public Tensor next() {
      if (!hasNext()) {
        throw new NoSuchElementException(
            "next: expected at most " + size + " slices; check hasNext() first");
      }
      return select(0, index++);
    }
  }

  // Indexing

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
    return INDEX.arg(this).arg(Arrays.asList(indices)).call().tensor();
  }

  /** Replaces the elements at indices: {@code x[i, j] = values}. See {@link #index}. */
  public Tensor indexPut_(List<? extends @Nullable Tensor> indices, Tensor values) {
    return indexPut_(indices, values, false);
  }

  /**
   * Replaces the elements at indices, or with {@code accumulate} adds to them, also where an index
   * comes twice. See {@link #index}.
   */
  public Tensor indexPut_(
      List<? extends @Nullable Tensor> indices, Tensor values, boolean accumulate) {
    INDEX_PUT.arg(this).arg(indices).arg(values).arg(accumulate).run();
    return this;
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

  /** Keeps the gradient of this recorded result too, which only leaves keep otherwise. */
  public Tensor retainGrad() {
    RETAIN_GRAD.arg(this).run();
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
    SET_DATA.arg(this).arg(data).run();
    return this;
  }

  // Helpers

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
