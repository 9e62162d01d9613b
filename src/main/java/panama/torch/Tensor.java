package panama.torch;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
import panama.torch.internal.operators.Autograd;
import panama.torch.internal.operators.Data;
import panama.torch.internal.runtime.Hooks;
import panama.torch.internal.runtime.TensorHandle;
import panama.torch.internal.runtime.TensorInfo;
import panama.torch.internal.runtime.Value;

/**
 * A multidimensional array of elements of one {@link DType}, stored off the Java heap, with
 * PyTorch's methods.
 *
 * <p>Methods return a new tensor, except that those whose name ends in an underscore modify this
 * tensor in place and return it. Dimension arguments are counted from 0, negative ones from the
 * end. Operands are broadcast and their types promoted as in PyTorch. In a for-each loop, a tensor
 * yields the slices of its first dimension.
 *
 * <p>A tensor may be used from any thread. It is freed by the {@link TensorScope} in which it was
 * created, by {@link #close}, or by the garbage collector, whichever comes first, but never during
 * a call. Every method throws {@link IllegalStateException} once the tensor is freed, {@link
 * ArgumentException} for arguments with an invalid shape, type or index, and {@link TorchException}
 * for other errors of libtorch.
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

  /** Wraps a handle, owned by this thread's innermost scope or else by the garbage collector. */
  Tensor(TensorHandle handle) {
    this.handle = handle;
    moveTo(TensorScope.current());
  }

  // Ownership

  TensorHandle handle() {
    return handle;
  }

  boolean isOwnedBy(TensorScope other) {
    return handle.scope() == other;
  }

  /** Transfers this tensor to a scope, or to the garbage collector if {@code owner} is null. */
  void moveTo(@Nullable TensorScope owner) {
    handle.moveTo(owner);
    if (owner != null) {
      owner.add(this);
    }
  }

  /** Frees this tensor. Views and results of it remain valid. Closing twice has no effect. */
  @Override
  public void close() {
    handle.close();
  }

  /** Returns whether this tensor has been freed. */
  public boolean isClosed() {
    return !handle.isOpen();
  }

  // Properties

  private TensorInfo info(String operation) {
    return TensorInfo.of(handle, operation);
  }

  /** Returns the sizes of all dimensions. */
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
    long size = TensorInfo.size(handle, "size", dim);
    return size >= 0 ? size : shape().size(dim); // which throws
  }

  /** Returns the number of dimensions; 0 for a scalar. */
  public int dim() {
    return TensorInfo.dim(handle, "dim");
  }

  /** Returns the number of elements. */
  public long numel() {
    return info("numel").numel();
  }

  /** Returns the stride of each dimension, in elements. */
  public long[] stride() {
    return info("stride").strides();
  }

  /** Returns the type of the elements. */
  public DType dtype() {
    return DType.of(TensorInfo.dtype(handle, "dtype"));
  }

  /** Returns the device on which the elements are stored. */
  public Device device() {
    TensorInfo info = info("device");
    return Device.of(info.deviceType(), info.deviceIndex());
  }

  /** Returns whether autograd computes gradients for this tensor. */
  public boolean requiresGrad() {
    return info("requiresGrad").requiresGrad();
  }

  /**
   * Returns the name of the autograd node that produced this tensor, such as {@code AddBackward0};
   * null for a leaf.
   */
  public @Nullable String gradFn() {
    return Autograd.gradFn(handle) instanceof Value.OfString text ? text.value() : null;
  }

  /** Returns whether this tensor is a leaf of the autograd graph. */
  public boolean isLeaf() {
    return info("isLeaf").isLeaf();
  }

  /** Returns whether the elements are stored in row-major order without gaps. */
  public boolean isContiguous() {
    return info("isContiguous").isContiguous();
  }

  /** Returns the text that PyTorch prints for this tensor; {@code tensor(closed)} once freed. */
  @Override
  public String toString() {
    return isClosed() ? "tensor(closed)" : TensorPrinter.print(this);
  }

  // Element access

  private Value scalar() {
    return Data.item(handle);
  }

  /**
   * Returns the value of a tensor with one element as a double; false is 0 and true is 1.
   *
   * @throws ShapeException unless the tensor has exactly one element
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
   * Returns the value of a tensor with one element of an integer type or BOOL.
   *
   * @throws ShapeException unless the tensor has exactly one element
   * @throws DTypeException for other types, and for a UINT64 value above {@link Long#MAX_VALUE}
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

  /**
   * Returns whether the value of a tensor with one element is nonzero; for BOOL, the value itself.
   *
   * @throws ShapeException unless the tensor has exactly one element
   */
  public boolean itemBoolean() {
    return item() != 0;
  }

  /**
   * Returns a copy of the elements in row-major order. Elements of other floating-point types are
   * converted to FLOAT32; only FLOAT64 values may lose precision.
   *
   * @throws DTypeException unless the type is a floating-point type
   */
  public float[] toFloatArray() {
    requireKind("toFloatArray", DType::isFloatingPoint, "a floating-point type", DType.FLOAT32);
    return copyOut("toFloatArray", DType.FLOAT32, copy -> copy.toArray(ValueLayout.JAVA_FLOAT));
  }

  /**
   * Returns a copy of the elements in row-major order. Elements of other floating-point types are
   * converted without loss.
   *
   * @throws DTypeException unless the type is a floating-point type
   */
  public double[] toDoubleArray() {
    requireKind("toDoubleArray", DType::isFloatingPoint, "a floating-point type", DType.FLOAT64);
    return copyOut("toDoubleArray", DType.FLOAT64, copy -> copy.toArray(ValueLayout.JAVA_DOUBLE));
  }

  /**
   * Returns a copy of the elements of any integer type in row-major order.
   *
   * @throws DTypeException unless the type is an integer type and every value fits in a long
   */
  public long[] toLongArray() {
    return integers("toLongArray", DType.INT64);
  }

  /**
   * Returns a copy of the elements of any integer type in row-major order.
   *
   * @throws DTypeException unless the type is an integer type and every value fits in an int
   */
  public int[] toIntArray() {
    if (dtype() == DType.INT32) {
      return copyOut("toIntArray", DType.INT32, copy -> copy.toArray(ValueLayout.JAVA_INT));
    }
    return Arrays.stream(integers("toIntArray", DType.INT32)).mapToInt(n -> (int) n).toArray();
  }

  /**
   * Returns a copy of the elements of any integer type in row-major order.
   *
   * @throws DTypeException unless the type is an integer type and every value fits in a short
   */
  public short[] toShortArray() {
    long[] numbers = integers("toShortArray", DType.INT16);
    short[] shorts = new short[numbers.length];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) numbers[i];
    }
    return shorts;
  }

  /** Returns a copy of the elements of any type as bytes, in row-major and native byte order. */
  public byte[] toByteArray() {
    return copyOut("toByteArray", null, copy -> copy.toArray(ValueLayout.JAVA_BYTE));
  }

  /**
   * Returns a copy of the elements in row-major order.
   *
   * @throws DTypeException unless the type is BOOL
   */
  public boolean[] toBooleanArray() {
    requireKind("toBooleanArray", dtype -> dtype == DType.BOOL, "bool", DType.BOOL);
    byte[] bytes =
        copyOut("toBooleanArray", DType.BOOL, copy -> copy.toArray(ValueLayout.JAVA_BYTE));
    boolean[] booleans = new boolean[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      booleans[i] = bytes[i] != 0;
    }
    return booleans;
  }

  /** Returns the elements as longs, each checked against the range of the array's type. */
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

  private void requireKind(String operation, Predicate<DType> kind, String expected, DType target) {
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
                      : "convert with .to(DType.%s)".formatted(target.name())));
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
   * Returns a segment backed by this tensor's storage: writes to either are visible in the other.
   * The segment stays valid for as long as it is reachable, even after {@link #close}. Afterwards,
   * operators that would have to grow the storage fail.
   *
   * <p>Autograd does not track writes to the segment: write before this tensor is used in a graph,
   * or use {@link #copyFrom_}. Otherwise gradients are silently wrong.
   *
   * @return the elements in row-major and native byte order
   * @throws ArgumentException unless the tensor is contiguous and on the CPU
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
   * Copies elements in row-major and native byte order from memory into this tensor.
   *
   * @param source native or heap memory of exactly this tensor's size in bytes
   * @return this tensor
   * @throws ShapeException if the size differs
   * @throws IllegalStateException if the memory has been freed or is confined to another thread
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

  /**
   * Writes the elements to a stream in row-major and native byte order, a part at a time: no copy
   * of the whole is made.
   *
   * @param out the stream, which is not closed
   * @throws IOException if the stream throws it
   */
  public void writeTo(OutputStream out) throws IOException {
    ElementStreams.write(this, out);
  }

  /**
   * Replaces the elements by those of a stream, in row-major and native byte order. Exactly this
   * tensor's size in bytes is read. After an exception, some elements may have been replaced.
   *
   * @param in the stream, which is not closed
   * @return this tensor
   * @throws EOFException if the stream has fewer bytes
   * @throws IOException if the stream throws it
   */
  public Tensor readFrom_(InputStream in) throws IOException {
    ElementStreams.read(this, in);
    return this;
  }

  // Conversion

  /**
   * Returns this tensor converted to another type; shares the data if it has that type already.
   *
   * @param dtype the type of the result
   */
  public Tensor to(DType dtype) {
    return to(dtype, device(), false);
  }

  /**
   * Returns this tensor copied to another device; shares the data if it is there already.
   *
   * @param device the device of the result
   */
  public Tensor to(Device device) {
    return to(dtype(), device, false);
  }

  /**
   * Returns this tensor converted to the type and copied to the device of {@code options}; shares
   * the data if both match already. The result requires gradients if this tensor does; {@link
   * TensorOptions#requiresGrad()} is ignored.
   *
   * @param options the type and the device
   */
  public Tensor to(TensorOptions options) {
    return to(options, false);
  }

  /**
   * Returns this tensor converted to the type and copied to the device of {@code options}. The
   * result requires gradients if this tensor does; {@link TensorOptions#requiresGrad()} is ignored.
   *
   * @param options the type and the device
   * @param copy whether to copy even if type and device match already
   */
  public Tensor to(TensorOptions options, boolean copy) {
    return to(options.dtype(), options.device(), copy);
  }

  /**
   * Returns this tensor converted to the type and copied to the device of {@code other}; shares the
   * data if both match already.
   *
   * @param other the tensor whose type and device the result has
   */
  public Tensor to(Tensor other) {
    return to(other.dtype(), other.device(), false);
  }

  private Tensor to(DType dtype, Device device, boolean copy) {
    boolean nonBlocking = false;
    return TO.arg(this).arg(device).arg(dtype).arg(nonBlocking).arg(copy).tensor();
  }

  /** Returns this tensor on the CPU; shares the data if it is there already. */
  public Tensor cpu() {
    return to(Device.CPU);
  }

  // Reductions

  private static final long[] ALL = {};

  /** Returns the Euclidean norm of all elements, a scalar. */
  public Tensor norm() {
    return norm(2);
  }

  /**
   * Returns the norm (Σ |x|ᵖ)^(1/p) of all elements, a scalar.
   *
   * @param p the order; 0 counts the nonzero elements, ∞ and -∞ take the largest and the smallest
   *     magnitude
   */
  public Tensor norm(double p) {
    return norm(p, ALL, false);
  }

  /**
   * Returns the norm over the given dimensions.
   *
   * @param p the order, see {@link #norm(double)}
   * @param dims the dimensions to reduce; empty: all
   * @param keepdim whether reduced dimensions are kept with size 1
   */
  public Tensor norm(double p, long[] dims, boolean keepdim) {
    return Linalg.vectorNorm(this, p, dims, keepdim);
  }

  /** Returns the distinct elements in ascending order, in one dimension. */
  public Tensor unique() {
    return unique(true, false, false).output();
  }

  /**
   * Returns the distinct elements, in one dimension.
   *
   * @param sorted whether to sort them in ascending order
   * @param returnInverse whether to return, for each element, its index among the distinct ones
   * @param returnCounts whether to return the number of occurrences of each distinct element
   */
  public Unique unique(boolean sorted, boolean returnInverse, boolean returnCounts) {
    return Unique.of(
        UNIQUE.arg(this).arg(sorted).arg(returnInverse).arg(returnCounts).call(),
        returnInverse,
        returnCounts);
  }

  /**
   * Returns the distinct slices along a dimension. See {@link #unique(boolean, boolean, boolean)}.
   *
   * @param sorted whether to sort the slices in ascending order
   * @param returnInverse whether to return, for each slice, its index among the distinct ones
   * @param returnCounts whether to return the number of occurrences of each distinct slice
   * @param dim the dimension
   */
  public Unique unique(boolean sorted, boolean returnInverse, boolean returnCounts, int dim) {
    return Unique.of(
        UNIQUE_DIM.arg(this).arg(dim).arg(sorted).arg(returnInverse).arg(returnCounts).call(),
        returnInverse,
        returnCounts);
  }

  // Views

  /**
   * Returns a view in which dimensions of size 1 are repeated to the given sizes.
   *
   * @param sizes the size of each dimension; -1 keeps the current size. New dimensions may be added
   *     in front
   * @throws ShapeException for a size below -1, or sizes to which this shape does not broadcast
   */
  public Tensor expand(long... sizes) {
    for (long size : sizes) {
      if (size < -1) { // not checked by libtorch
        throw new ShapeException(
            "sizes: expected none below 0 but -1, which keeps a dimension's size, got "
                + Arrays.toString(sizes));
      }
    }
    return EXPAND.arg(this).arg(sizes).tensor();
  }

  /**
   * Returns a view of the elements of a dimension from {@code start} to {@code end - 1}: {@code
   * x[:, start:end]} for dim 1.
   *
   * @param dim the dimension
   * @param start the first index; negative counts from the end
   * @param end the index after the last; negative counts from the end
   */
  public Tensor slice(int dim, long start, long end) {
    return slice(dim, start, end, 1);
  }

  /**
   * Returns a view of every {@code step}-th element of a dimension from {@code start} to {@code end
   * - 1}: {@code x[:, start:end:step]} for dim 1.
   *
   * @param dim the dimension
   * @param start the first index; negative counts from the end
   * @param end the index after the last; negative counts from the end
   * @param step the distance between elements, at least 1
   */
  public Tensor slice(int dim, long start, long end, long step) {
    return SLICE.arg(this).arg(dim).arg(start).arg(end).arg(step).tensor();
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
   * Returns the elements selected as by {@code x[...]} in Python:
   *
   * <pre>{@code
   * x.get(all(), range(1, -1), at(3))                  // x[:, 1:-1, 3]
   * x.get(ellipsis(), newAxis(), rangeFrom(2).step(3)) // x[..., None, 2::3]
   * x.get(mask(x.gt(0)))                               // x[x > 0]
   * }</pre>
   *
   * <p>The result is a view, unless a {@link Index#at(Tensor)}, {@link Index#at(long[])} or {@link
   * Index#mask} is among the indices: then it is a copy.
   *
   * @param indices one for each dimension from the first; the rest is selected completely
   * @throws IndexException for too many indices, or one out of range
   */
  public Tensor get(Index... indices) {
    return Index.get(this, indices);
  }

  /**
   * Returns a view without the first dimensions, {@code x[i]}, {@code x[i, j]} and so on in Python:
   * {@code x.get(0)}, {@code x.get(1, -1)}. To combine integers with other kinds of index, use
   * {@link Index#at(long)}.
   *
   * @param index the index into the first dimension; negative: from the end
   * @param moreIndices the indices into the next dimensions
   * @throws IndexException for too many indices, or one out of range
   */
  public Tensor get(long index, long... moreIndices) {
    return get(
        LongStream.concat(LongStream.of(index), LongStream.of(moreIndices))
            .mapToObj(Index::at)
            .toArray(Index[]::new));
  }

  /**
   * Sets the elements that {@link #get} selects to {@code value}, {@code x[...] = value} in Python.
   *
   * @param value the new values, broadcast to the shape of the selection
   * @param indices the indices, as for {@link #get(Index...)}
   * @return this tensor
   * @throws IndexException for too many indices, or one out of range
   * @throws ShapeException if {@code value} does not broadcast to the selection
   */
  public Tensor set_(Tensor value, Index... indices) {
    Index.set(this, value, indices);
    return this;
  }

  /**
   * Sets the selected elements to an integer. See {@link #set_(Tensor, Index...)}.
   *
   * @param value the new value of the elements
   * @param indices the indices, one for each dimension from the first
   * @return this tensor
   */
  public Tensor set_(long value, Index... indices) {
    try (Tensor number = newFull(new long[0], value)) {
      return set_(number, indices);
    }
  }

  /**
   * Sets the selected elements to a number. See {@link #set_(Tensor, Index...)}.
   *
   * @param value the new value of the elements
   * @param indices the indices, one for each dimension from the first
   * @return this tensor
   */
  public Tensor set_(double value, Index... indices) {
    try (Tensor number = newFull(new long[0], value)) {
      return set_(number, indices);
    }
  }

  /**
   * Returns a copy of the elements at the given indices, {@code x[i, j]} in Python.
   *
   * @param indices one for each dimension from the first: INT64 tensors, which are broadcast
   *     together, BOOL masks, or null for a whole dimension
   * @throws IndexException for too many indices, or one out of range
   */
  public Tensor index(@Nullable Tensor... indices) {
    return INDEX.arg(this).arg(Arrays.asList(indices)).tensor();
  }

  /**
   * Sets the elements at the given indices, {@code x[i, j] = values}. See {@link #index}.
   *
   * @param indices as for {@link #index}
   * @param values the values, broadcast to the shape of the selection
   * @return this tensor
   */
  public Tensor indexPut_(List<? extends @Nullable Tensor> indices, Tensor values) {
    return indexPut_(indices, values, false);
  }

  /**
   * Sets the elements at the given indices, or adds to them.
   *
   * @param indices as for {@link #index}
   * @param values the values, broadcast to the shape of the selection
   * @param accumulate whether to add; values for the same index are summed
   * @return this tensor
   */
  public Tensor indexPut_(
      List<? extends @Nullable Tensor> indices, Tensor values, boolean accumulate) {
    INDEX_PUT.arg(this).arg(indices).arg(values).arg(accumulate).run();
    return this;
  }

  // Autograd

  /**
   * Sets whether autograd computes gradients for this tensor.
   *
   * @param requiresGrad whether autograd computes gradients
   * @return this tensor
   * @throws DTypeException unless the type is a floating-point or complex type
   * @throws TorchException if {@code requiresGrad} is false and this tensor is not a leaf
   */
  public Tensor requiresGrad_(boolean requiresGrad) {
    Autograd.setRequiresGrad(handle, requiresGrad);
    return this;
  }

  /**
   * Makes autograd compute gradients for this tensor.
   *
   * @return this tensor
   */
  public Tensor requiresGrad_() {
    return requiresGrad_(true);
  }

  /**
   * Makes backward passes store {@link #grad} in this tensor although it is not a leaf.
   *
   * @return this tensor
   */
  public Tensor retainGrad() {
    RETAIN_GRAD.arg(this).run();
    return this;
  }

  /**
   * Computes the gradient of this tensor, which has one element, with respect to the leaves of its
   * graph and adds it to their {@link #grad}.
   *
   * @throws ShapeException unless this tensor has exactly one element
   * @throws TorchException if this tensor does not require gradients, or its graph has been freed
   */
  public void backward() {
    backward(null, false, false);
  }

  /**
   * Adds gradients to the leaves for a given gradient of this tensor.
   *
   * @param gradient the gradient of the differentiated function with respect to this tensor, of the
   *     same shape
   */
  public void backward(Tensor gradient) {
    backward(gradient, false, false);
  }

  /**
   * Adds the gradient of this tensor, which has one element, to the leaves.
   *
   * @param retainGraph whether to keep the graph for another backward pass
   */
  public void backward(boolean retainGraph) {
    backward(null, retainGraph, false);
  }

  /**
   * Computes gradients with respect to the leaves of this tensor's graph and adds them to their
   * {@link #grad}.
   *
   * @param gradient the gradient of the differentiated function with respect to this tensor, of the
   *     same shape; null: 1, for a tensor with one element
   * @param retainGraph whether to keep the graph for another backward pass
   * @param createGraph whether to record the backward pass itself, for higher derivatives
   * @throws ShapeException if the shape of {@code gradient} differs, or it is null and this tensor
   *     does not have exactly one element
   * @throws TorchException if this tensor does not require gradients, or its graph has been freed
   */
  public void backward(@Nullable Tensor gradient, boolean retainGraph, boolean createGraph) {
    Autograd.backward(handle, gradient == null ? null : gradient.handle, retainGraph, createGraph);
  }

  /** Returns the accumulated gradient; null if there is none. */
  public @Nullable Tensor grad() {
    TensorHandle grad = Autograd.grad(handle);
    return grad == null ? null : new Tensor(grad);
  }

  /**
   * Sets the accumulated gradient.
   *
   * @param grad a tensor of the same shape, type and device, or null to remove the gradient
   */
  public void setGrad(@Nullable Tensor grad) {
    Autograd.setGrad(handle, grad == null ? null : grad.handle);
  }

  /**
   * Registers a hook that is called whenever a backward pass computes the gradient of this tensor,
   * on the thread that runs the pass.
   *
   * @param hook takes the gradient and returns its replacement, or null to leave it unchanged; an
   *     exception that it throws ends the backward pass and is rethrown
   * @return removes the hook
   * @throws TorchException if this tensor does not require gradients
   */
  public Runnable registerHook(Function<? super Tensor, ? extends @Nullable Tensor> hook) {
    Objects.requireNonNull(hook, "hook");
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
   * Replaces this tensor's elements, shape and type by those of another tensor, as an assignment to
   * {@code data} does in PyTorch. Both tensors share their storage afterwards.
   *
   * <p>Autograd does not track the change: a backward pass through a graph recorded before uses the
   * new elements, and its gradients are silently wrong. {@link #copy_} under {@code noGrad()} is
   * tracked, and such a backward pass then fails.
   *
   * @param data the tensor to share
   * @return this tensor
   * @throws ArgumentException if this tensor has a gradient of another shape or type
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

  /** Returns the handles of tensors, none of which may be null. */
  static List<TensorHandle> handlesOf(List<Tensor> tensors) {
    return tensors.stream()
        .map(t -> Objects.requireNonNull(t, "tensors: an entry is null").handle)
        .toList();
  }
}
