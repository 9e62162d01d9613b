package panama.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.Arithmetic;
import panama.torch.internal.Autograd;
import panama.torch.internal.Creation;
import panama.torch.internal.Data;
import panama.torch.internal.Hooks;
import panama.torch.internal.NeuralNetworks;
import panama.torch.internal.Reaper;
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
 * call. Every method throws {@link IllegalStateException} after that, and {@link TorchException}
 * where libtorch refuses.
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
      Reaper.adopt(this, handle);
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
   * @throws IndexOutOfBoundsException when there is no such dimension
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
   * @throws TorchException when there are more elements or fewer
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
   * @throws TorchException when there are more elements or fewer, or they are no integers
   */
  public long itemLong() {
    return switch (scalar()) {
      case Value.Int(long value) -> value;
      case Value.Truth(boolean value) -> value ? 1 : 0;
      case Value other ->
          throw new TorchException(
              "itemLong: expected an integer type, got " + dtype() + "; use item()");
    };
  }

  /** The value of a tensor of one BOOL element, or whether the one number is not 0. */
  public boolean itemBoolean() {
    return item() != 0;
  }

  /** The elements in row-major order. FLOAT32 only: convert with {@link #to(DType)} first. */
  public float[] toFloatArray() {
    return copyOut("toFloatArray", DType.FLOAT32).toArray(ValueLayout.JAVA_FLOAT);
  }

  /** The elements in row-major order. FLOAT64 only: convert with {@link #to(DType)} first. */
  public double[] toDoubleArray() {
    return copyOut("toDoubleArray", DType.FLOAT64).toArray(ValueLayout.JAVA_DOUBLE);
  }

  /** The elements in row-major order. INT64 only: convert with {@link #to(DType)} first. */
  public long[] toLongArray() {
    return copyOut("toLongArray", DType.INT64).toArray(ValueLayout.JAVA_LONG);
  }

  /** The elements in row-major order. INT32 only: convert with {@link #to(DType)} first. */
  public int[] toIntArray() {
    return copyOut("toIntArray", DType.INT32).toArray(ValueLayout.JAVA_INT);
  }

  /** The bytes of the elements in row-major order and native byte order, of any type. */
  public byte[] toByteArray() {
    return copyOut("toByteArray", null).toArray(ValueLayout.JAVA_BYTE);
  }

  /** The elements in row-major order. BOOL only: convert with {@link #to(DType)} first. */
  public boolean[] toBooleanArray() {
    byte[] bytes = copyOut("toBooleanArray", DType.BOOL).toArray(ValueLayout.JAVA_BYTE);
    boolean[] truths = new boolean[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      truths[i] = bytes[i] != 0;
    }
    return truths;
  }

  private MemorySegment copyOut(String operation, @Nullable DType expected) {
    TensorInfo info = info(operation);
    if (expected != null && info.dtype() != expected.code()) {
      throw new TorchException(
          "%s: expected %s, got %s; convert with .to(DType.%s) first"
              .formatted(operation, expected, DType.of(info.dtype()), expected.name()));
    }
    MemorySegment copy =
        Arena.ofAuto().allocate(info.numel() * info.elementSize(), info.elementSize());
    Data.copyOut(handle, copy);
    return copy;
  }

  /**
   * The elements themselves, without a copy: what is written to the segment is written to the
   * tensor. The segment stays valid for as long as it is reachable, even after {@link #close}; from
   * now on no operator can grow this tensor's storage.
   *
   * @throws TorchException unless contiguous and on the CPU
   */
  public MemorySegment asSegment() {
    TensorInfo info = info("asSegment");
    if (!info.isContiguous() || info.deviceType() != Device.Type.CPU.code()) {
      throw new TorchException(
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
   * @throws IllegalArgumentException for another size
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

  private Tensor convert(DType dtype, Device device) {
    return new Tensor(Views.to(handle, TensorOptions.of(dtype).device(device).toNative(), false));
  }

  // Views and copies

  /** The same elements in another shape, without a copy; one size may be -1, to be worked out. */
  public Tensor view(long... sizes) {
    return new Tensor(Views.view(handle, sizes));
  }

  /** The same elements in another shape, without a copy where possible; one size may be -1. */
  public Tensor reshape(long... sizes) {
    return new Tensor(Views.reshape(handle, sizes));
  }

  /** Dimensions of size 1 repeated without a copy; -1 leaves a dimension as it is. */
  public Tensor expand(long... sizes) {
    return new Tensor(Views.expand(handle, sizes));
  }

  /** The dimensions in another order. */
  public Tensor permute(long... dims) {
    return new Tensor(Views.permute(handle, dims));
  }

  /** Two dimensions exchanged. */
  public Tensor transpose(int dim0, int dim1) {
    return new Tensor(Views.transpose(handle, dim0, dim1));
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

  /** The rows, along a dimension, that a one-dimensional INT64 tensor names. */
  public Tensor indexSelect(int dim, Tensor index) {
    return new Tensor(Views.indexSelect(handle, dim, index.handle));
  }

  /** The elements that {@code index} names along a dimension, in its shape. */
  public Tensor gather(int dim, Tensor index) {
    return new Tensor(Views.gather(handle, dim, index.handle));
  }

  /** With {@code value} wherever the BOOL mask is true. */
  public Tensor maskedFill(Tensor mask, double value) {
    return new Tensor(Views.maskedFill(handle, mask.handle, new Value.Real(value)));
  }

  /** A copy with its own storage, PyTorch's {@code clone}; gradients flow through it. */
  public Tensor copy() {
    return new Tensor(Views.copy(handle));
  }

  /** In row-major order without gaps; this very data where it already is so. */
  public Tensor contiguous() {
    return new Tensor(Views.contiguous(handle));
  }

  /** The same data outside the graph. */
  public Tensor detach() {
    return new Tensor(Views.detach(handle));
  }

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

  /** Becomes 0 everywhere. */
  public Tensor zero_() {
    Views.fill(handle, new Value.Int(0));
    return this;
  }

  /** Becomes uniform random numbers in [from, to). */
  public Tensor uniform_(double from, double to) {
    Creation.uniform(handle, from, to);
    return this;
  }

  /** Becomes normal random numbers. */
  public Tensor normal_(double mean, double std) {
    Creation.normal(handle, mean, std);
    return this;
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

  /** Adds to this tensor, elementwise. */
  public Tensor add_(Tensor other) {
    Arithmetic.addInPlace(handle, other.handle);
    return this;
  }

  /** Subtracts from this tensor, elementwise. */
  public Tensor sub_(Tensor other) {
    Arithmetic.subInPlace(handle, other.handle);
    return this;
  }

  /** Multiplies this tensor, elementwise. */
  public Tensor mul_(Tensor other) {
    Arithmetic.mulInPlace(handle, other.handle);
    return this;
  }

  /** Divides this tensor, elementwise. */
  public Tensor div_(Tensor other) {
    Arithmetic.divInPlace(handle, other.handle);
    return this;
  }

  /** Adds one number to this tensor. */
  public Tensor add_(double other) {
    Arithmetic.addInPlace(handle, new Value.Real(other));
    return this;
  }

  /** Multiplies by one number. */
  public Tensor mul_(double other) {
    Arithmetic.mulInPlace(handle, new Value.Real(other));
    return this;
  }

  /** The negative, elementwise. */
  public Tensor neg() {
    return new Tensor(Arithmetic.neg(handle));
  }

  /** The absolute value, elementwise. */
  public Tensor abs() {
    return new Tensor(Arithmetic.abs(handle));
  }

  /** e to the power of this, elementwise. */
  public Tensor exp() {
    return new Tensor(Arithmetic.exp(handle));
  }

  /** The natural logarithm, elementwise. */
  public Tensor log() {
    return new Tensor(Arithmetic.log(handle));
  }

  /** The square root, elementwise. */
  public Tensor sqrt() {
    return new Tensor(Arithmetic.sqrt(handle));
  }

  /** max(0, x), elementwise. */
  public Tensor relu() {
    return new Tensor(Arithmetic.relu(handle));
  }

  /** The hyperbolic tangent, elementwise. */
  public Tensor tanh() {
    return new Tensor(Arithmetic.tanh(handle));
  }

  /** 1 / (1 + exp(-x)), elementwise. */
  public Tensor sigmoid() {
    return new Tensor(Arithmetic.sigmoid(handle));
  }

  /** The matrix product: dot, matrix-vector, matrix-matrix or batched, by the ranks. */
  public Tensor matmul(Tensor other) {
    return new Tensor(Arithmetic.matmul(handle, other.handle));
  }

  // Comparison: BOOL tensors

  /** Where this equals the other. */
  public Tensor eq(Tensor other) {
    return new Tensor(Arithmetic.eq(handle, other.handle));
  }

  /** Where this equals one number. */
  public Tensor eq(double other) {
    return new Tensor(Arithmetic.eq(handle, new Value.Real(other)));
  }

  /** Where this differs from the other. */
  public Tensor ne(Tensor other) {
    return new Tensor(Arithmetic.ne(handle, other.handle));
  }

  /** Where this differs from one number. */
  public Tensor ne(double other) {
    return new Tensor(Arithmetic.ne(handle, new Value.Real(other)));
  }

  /** Where this is less than the other. */
  public Tensor lt(Tensor other) {
    return new Tensor(Arithmetic.lt(handle, other.handle));
  }

  /** Where this is less than one number. */
  public Tensor lt(double other) {
    return new Tensor(Arithmetic.lt(handle, new Value.Real(other)));
  }

  /** Where this is at most the other. */
  public Tensor le(Tensor other) {
    return new Tensor(Arithmetic.le(handle, other.handle));
  }

  /** Where this is at most one number. */
  public Tensor le(double other) {
    return new Tensor(Arithmetic.le(handle, new Value.Real(other)));
  }

  /** Where this is greater than the other. */
  public Tensor gt(Tensor other) {
    return new Tensor(Arithmetic.gt(handle, other.handle));
  }

  /** Where this is greater than one number. */
  public Tensor gt(double other) {
    return new Tensor(Arithmetic.gt(handle, new Value.Real(other)));
  }

  /** Where this is at least the other. */
  public Tensor ge(Tensor other) {
    return new Tensor(Arithmetic.ge(handle, other.handle));
  }

  /** Where this is at least one number. */
  public Tensor ge(double other) {
    return new Tensor(Arithmetic.ge(handle, new Value.Real(other)));
  }

  // Reductions

  private static final long[] ALL = {};

  /** The sum of all. */
  public Tensor sum() {
    return new Tensor(Arithmetic.sum(handle, ALL, false));
  }

  /** The sum over one dimension, which is dropped. */
  public Tensor sum(int dim) {
    return new Tensor(Arithmetic.sum(handle, new long[] {dim}, false));
  }

  /** The sum over some dimensions, which are dropped or kept with size 1. */
  public Tensor sum(long[] dims, boolean keepdim) {
    return new Tensor(Arithmetic.sum(handle, dims, keepdim));
  }

  /** The mean of all. */
  public Tensor mean() {
    return new Tensor(Arithmetic.mean(handle, ALL, false));
  }

  /** The mean over one dimension, which is dropped. */
  public Tensor mean(int dim) {
    return new Tensor(Arithmetic.mean(handle, new long[] {dim}, false));
  }

  /** The mean over some dimensions, which are dropped or kept with size 1. */
  public Tensor mean(long[] dims, boolean keepdim) {
    return new Tensor(Arithmetic.mean(handle, dims, keepdim));
  }

  /** The largest element of all. */
  public Tensor amax() {
    return new Tensor(Arithmetic.amax(handle, ALL, false));
  }

  /** The largest element over one dimension, which is dropped. */
  public Tensor amax(int dim) {
    return new Tensor(Arithmetic.amax(handle, new long[] {dim}, false));
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

  /** exp(x) / sum(exp(x)) along a dimension. */
  public Tensor softmax(int dim) {
    return new Tensor(NeuralNetworks.softmax(handle, dim));
  }

  /** log(softmax(x)) along a dimension. */
  public Tensor logSoftmax(int dim) {
    return new Tensor(NeuralNetworks.logSoftmax(handle, dim));
  }

  // Autograd

  /**
   * Turns the recording of gradients on or off.
   *
   * @throws TorchException for integers, and when turned off for the result of a recorded operation
   */
  public Tensor requiresGrad_(boolean requiresGrad) {
    Autograd.setRequiresGrad(handle, requiresGrad);
    return this;
  }

  /** Adds d this / d leaf to the gradient of every leaf. For a tensor of one element. */
  public void backward() {
    backward(null, false, false);
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
   * of it.
   *
   * @throws TorchException where a gradient of another shape or type is in the way
   */
  public Tensor setData(Tensor data) {
    Torch.op("aten::set_data").arg(this).arg(data).call();
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
