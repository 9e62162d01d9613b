package panama.torch.internal.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Counts the uses of a native tensor, and frees it exactly once, never while a call uses it. An
 * object apart from the {@link TensorHandle}: the {@link HandleCleaner} needs it to free the
 * tensor, and must not keep the handle reachable.
 */
final class Lifetime {
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Lifetime.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int OPEN = 1;
  private static final int HOLD = 2;

  /** A number and not a MemorySegment, which would be one more object for each tensor. */
  private final long address;

  /** Twice the number of holds, plus {@link #OPEN} until closed. */
  @SuppressWarnings("FieldMayBeFinal") // written through STATE
  private volatile int state = OPEN;

  Lifetime(MemorySegment address) {
    this.address = address.address();
  }

  /**
   * Returns the native address, which stays valid until the matching {@link #release}.
   *
   * @param operation names the caller in the error
   * @throws IllegalStateException when the tensor has been closed
   */
  MemorySegment acquire(String operation) {
    int now;
    do {
      now = state;
      if ((now & OPEN) == 0) {
        throw new IllegalStateException(
            operation
                + ": the tensor has been closed. A tensor made inside a TensorScope lives until"
                + " that scope ends, unless scope.keep(tensor) moves it out");
      }
    } while (!STATE.weakCompareAndSet(this, now, now + HOLD));
    return MemorySegment.ofAddress(address);
  }

  /** Returns the native address, for a caller that holds this handle already. */
  MemorySegment held() {
    return MemorySegment.ofAddress(address);
  }

  /** Ends one hold, and frees the tensor if it was the last one and the handle is closed. */
  void release() {
    if ((int) STATE.getAndAdd(this, -HOLD) == HOLD) {
      PanamaTorch.pt_tensor_free(MemorySegment.ofAddress(address));
    }
  }

  /** Prevents further holds; frees the tensor now or with the last hold. Idempotent. */
  void close() {
    int now;
    do {
      now = state;
      if ((now & OPEN) == 0) {
        return;
      }
    } while (!STATE.weakCompareAndSet(this, now, now - OPEN));
    if (now == OPEN) {
      PanamaTorch.pt_tensor_free(MemorySegment.ofAddress(address));
    }
  }

  boolean isOpen() {
    return (state & OPEN) != 0;
  }
}
