package panama.torch.internal.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Frees a native tensor once its {@link TensorHandle} is unreachable, unless the handle was closed
 * before. It has the address, since the handle itself must be collectable.
 *
 * <p>The address needs no synchronization: whatever a thread does with a handle before a
 * reachability fence happens-before the reference is taken from the queue.
 */
final class HandleReference extends PhantomReference<Object> {
  /** 0 once the handle is closed or the tensor freed. */
  private long address;

  HandleReference(TensorHandle handle, long address) {
    super(handle, HandleCleaner.QUEUE);
    this.address = address;
  }

  /** Prevents that the tensor is freed, once more if it has been. */
  void disarm() {
    address = 0;
  }

  boolean isArmed() {
    return address != 0;
  }

  /** Frees the tensor of an unreachable handle. */
  void free() {
    if (isArmed()) {
      PanamaTorch.pt_tensor_free(MemorySegment.ofAddress(address));
      disarm();
    }
  }
}
