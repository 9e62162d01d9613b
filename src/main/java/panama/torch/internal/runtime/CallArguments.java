package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * The arguments of one call of an operator, written to native memory one by one in the order of the
 * schema, so that nothing is allocated on the Java heap. Each frame has one object, which {@link
 * CallFrame#arguments} returns; until {@link #close} its thread must make no other call.
 */
public final class CallArguments implements AutoCloseable {
  private final CallFrame frame;
  private String operation = "";

  /** The addresses of the first argument, the next one, the next element of a list, the results. */
  private long first;

  private long next;
  private long element;
  private long results;

  /** The tensors among the arguments, which are held until the end of the call. */
  private @Nullable TensorHandle[] held = new TensorHandle[16];

  private int count;

  CallArguments(CallFrame frame) {
    this.frame = frame;
  }

  CallArguments start(String name, int argumentCount, int resultCount) {
    operation = name;
    next = first = frame.reserve(argumentCount);
    results = frame.reserve(resultCount);
    return this;
  }

  /** Adds a tensor; null stands for None. */
  public void tensor(@Nullable TensorHandle tensor) {
    if (tensor == null) {
      add(PanamaTorch.PT_NONE(), 0, 0);
    } else {
      add(PanamaTorch.PT_TENSOR(), 0, hold(tensor));
    }
  }

  /** Adds a list of tensors, to be followed by a call of {@link #element} for each. */
  public void tensors(int size) {
    element = frame.reserveBytes(size * ADDRESS.byteSize());
    add(PanamaTorch.PT_TENSOR_LIST(), size, element);
  }

  /** Adds the next tensor of a list. */
  public void element(TensorHandle tensor) {
    frame.setPointer(element, hold(tensor));
    element += Long.BYTES;
  }

  /** Adds an int. */
  public void integer(long value) {
    add(PanamaTorch.PT_INT(), 0, value);
  }

  /** Adds a float. */
  public void real(double value) {
    add(PanamaTorch.PT_DOUBLE(), 0, Double.doubleToRawLongBits(value));
  }

  /** Adds a bool. */
  public void truth(boolean value) {
    add(PanamaTorch.PT_TRUTH(), 0, value ? 1 : 0);
  }

  private void add(int kind, long length, long payload) {
    frame.set(next, kind, length, payload);
    next += Value.BYTES;
  }

  private long hold(TensorHandle tensor) {
    tensor.hold(operation);
    if (count == held.length) {
      held = Arrays.copyOf(held, 2 * count);
    }
    held[count++] = tensor;
    return tensor.address();
  }

  /** Returns the frame whose memory the arguments are in. */
  public CallFrame frame() {
    return frame;
  }

  /** Returns the address of the arguments. */
  public long values() {
    return first;
  }

  /** Returns the number of arguments that have been added. */
  public long size() {
    return (next - first) / Value.BYTES;
  }

  /** Returns the address of the memory for the results. */
  public long results() {
    return results;
  }

  /** Returns the exception for a call that has failed. */
  public RuntimeException failure() {
    return frame.failure(operation, List.of(Arrays.copyOf(held, count)));
  }

  /** Takes ownership of a result, a tensor or None. Its call must be over. */
  public @Nullable TensorHandle result(int index) {
    Value result = Value.take(results + index * Value.BYTES, frame);
    return result instanceof TensorHandle tensor ? tensor : null;
  }

  /** Ends the holds of the tensors. Results can be taken after it. */
  @Override
  public void close() {
    while (count > 0) {
      TensorHandle tensor = held[--count];
      held[count] = null;
      if (tensor != null) {
        tensor.release();
      }
    }
  }
}
