package panama.torch.internal.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * The promise that a native tensor is freed exactly once, never while a call uses it. Apart from
 * the {@link TensorHandle}, so that the {@link Reaper} can free what it must not hold.
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

  /** Not a MemorySegment: one object less per tensor, since those made in passing cost nothing. */
  private final long address;

  /** Twice the number of holds, plus {@link #OPEN} until closed. */
  @SuppressWarnings("FieldMayBeFinal") // written through STATE
  private volatile int state = OPEN;

  Lifetime(MemorySegment address) {
    this.address = address.address();
  }

  /**
   * The native address, which stays valid until the matching {@link #release}.
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

  /** The native address, for a caller that holds this handle already. */
  MemorySegment held() {
    return MemorySegment.ofAddress(address);
  }

  /** Ends a hold. */
  void release() {
    if ((int) STATE.getAndAdd(this, -HOLD) == HOLD) {
      PanamaTorch.pt_tensor_free(MemorySegment.ofAddress(address));
    }
  }

  /** Bars further use; frees now or with the last hold. Idempotent. */
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
