package panama.torch.internal.operators;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import panama.torch.internal.ffi.PanamaTorch;
import panama.torch.internal.runtime.CallFrame;
import panama.torch.internal.runtime.Calls;
import panama.torch.internal.runtime.TensorHandle;
import panama.torch.internal.runtime.Value;

/** Copies elements into and out of tensors, and maps their memory. */
public final class Data {
  private Data() {}

  /** Returns the value of a tensor of one element: a long, a double or a boolean. */
  public static Value item(TensorHandle x) {
    CallFrame frame = CallFrame.enter();
    long value = frame.reserve(1);
    Calls.effect(
        frame, "item", x, (px, call) -> PanamaTorch.pt_tensor_item(px, frame.at(value), call));
    return Value.take(value, frame);
  }

  /** Makes a tensor with a copy of {@code data}, which must be native memory. */
  public static TensorHandle fromData(MemorySegment data, long[] sizes, Options options) {
    checkAccess("tensor", data);
    CallFrame frame = CallFrame.enter();
    return frame.own(
        "tensor",
        PanamaTorch.pt_from_data(
            data,
            data.byteSize(),
            frame.longs(sizes),
            sizes.length,
            options.write(frame),
            frame.call()));
  }

  /**
   * Returns a second tensor on the same storage, which it keeps if the first one is given another.
   */
  private static TensorHandle detach(TensorHandle x) {
    return (TensorHandle) Operator.find("aten::detach").call(new Value[] {x}, 1)[0];
  }

  /** Copies the elements into native memory of exactly their size. */
  public static void copyOut(TensorHandle x, MemorySegment target) {
    Calls.effect(
        CallFrame.enter(),
        "copy out",
        x,
        (px, call) -> PanamaTorch.pt_tensor_copy_out(px, target, target.byteSize(), call));
  }

  /** Throws if a segment cannot be accessed, with a message that says what to change. */
  static void checkAccess(String operation, MemorySegment source) {
    if (!source.scope().isAlive()) {
      throw new IllegalStateException(
          operation + ": the memory segment has been freed; keep its arena open for the call");
    }
    if (!source.isAccessibleBy(Thread.currentThread())) {
      throw new IllegalStateException(
          operation
              + ": the memory segment is confined to another thread; use Arena.ofShared() or"
              + " Arena.ofAuto()");
    }
  }

  /** Copies the elements from native memory of exactly their size. */
  public static void copyIn(TensorHandle x, MemorySegment source) {
    checkAccess("copyFrom_", source);
    Calls.effect(
        CallFrame.enter(),
        "copyFrom_",
        x,
        (px, call) -> PanamaTorch.pt_tensor_copy_in_(px, source, source.byteSize(), call));
  }

  /**
   * Returns a segment on the storage of a tensor, without a copy. It stays valid as long as it is
   * reachable, even if the tensor is closed: it keeps a second tensor on the storage, whose size is
   * fixed, so that no operator reallocates it.
   *
   * @param address the address of the first element
   * @param bytes the size of the segment
   */
  public static MemorySegment view(TensorHandle x, long address, long bytes) {
    Calls.effect(CallFrame.enter(), "asSegment", x, PanamaTorch::pt_tensor_pin_storage_);
    TensorHandle keeper = detach(x);
    return MemorySegment.ofAddress(address)
        .reinterpret(bytes, Arena.ofAuto(), ignored -> keeper.close());
  }
}
