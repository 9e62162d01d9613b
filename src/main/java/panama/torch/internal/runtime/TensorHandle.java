package panama.torch.internal.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.List;
import org.jspecify.annotations.Nullable;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * One native tensor handle. Every native call holds the handles it passes, from {@link #acquire} to
 * {@link #release}. Closing prevents new calls at once; the tensor is freed with the last hold, and
 * exactly once.
 *
 * <p>A tensor that the garbage collector owns lives as long as this object is reachable, not the
 * {@code Tensor} around it, which may be garbage as soon as a call has read its handle.
 */
public final class TensorHandle implements Value {
  private static final VarHandle STATE;
  private static final VarHandle REFERENCE;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(TensorHandle.class, "state", int.class);
      REFERENCE = lookup.findVarHandle(TensorHandle.class, "reference", HandleReference.class);
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

  /** Null until the garbage collector becomes the owner. */
  @SuppressWarnings("unused") // written through REFERENCE
  private volatile @Nullable HandleReference reference;

  /**
   * The scope that owns the tensor; null if the garbage collector does. A field of this class,
   * where it needs no memory because of the alignment of objects, and not of Tensor.
   */
  private @Nullable Object scope;

  TensorHandle(MemorySegment address) {
    this.address = address.address();
    if (Allocations.TRACKED) {
      Allocations.add(this);
    }
    if (ForwardCalls.areRecorded()) {
      ForwardCalls.record(address);
    }
  }

  /** Returns the scope that owns the tensor; null if the garbage collector does. */
  public @Nullable Object scope() {
    return scope;
  }

  /**
   * Makes a scope the owner, which will close the handle; null stands for the garbage collector.
   */
  public void moveTo(@Nullable Object owner) {
    scope = owner;
    if (owner == null && reference == null) {
      register();
    }
  }

  private void register() {
    HandleReference created = new HandleReference(this, address);
    try {
      if (REFERENCE.compareAndSet(this, null, created)) {
        HandleCleaner.add(created);
      } else {
        created.disarm(); // another thread was faster
      }
      // close() changes the state, then reads the reference; here it is the other way round, so
      // that one of both disarms.
      if (!isOpen()) {
        created.disarm();
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Returns the native address, which stays valid until the matching {@link #release}.
   *
   * @param operation names the caller in the error
   * @throws IllegalStateException when the tensor has been closed
   */
  public MemorySegment acquire(String operation) {
    hold(operation);
    return held();
  }

  /** Does the same without returning the address. */
  @Override
  public void hold(String operation) {
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
  }

  /** Returns the native address, for a caller that holds this handle already. */
  MemorySegment held() {
    return MemorySegment.ofAddress(address);
  }

  /** Returns the same as a number. */
  long address() {
    return address;
  }

  /**
   * Ends one hold of {@link #acquire}, and frees the tensor if it was the last and this is closed.
   */
  @Override
  public void release() {
    if ((int) STATE.getAndAdd(this, -HOLD) == HOLD) {
      PanamaTorch.pt_tensor_free(held());
    }
  }

  @Override
  public void write(long target, CallFrame frame) {
    frame.set(target, PanamaTorch.PT_TENSOR(), 0, address);
  }

  @Override
  public List<TensorHandle> tensors() {
    return List.of(this);
  }

  /** Prevents further use; frees the tensor now or with the last hold. Idempotent. */
  public void close() {
    if (Allocations.TRACKED) {
      Allocations.remove(this);
    }
    int now;
    do {
      now = state;
      if ((now & OPEN) == 0) {
        return;
      }
    } while (!STATE.weakCompareAndSet(this, now, now - OPEN));
    try {
      HandleReference registered = reference;
      if (registered != null) {
        registered.disarm();
      }
    } finally {
      Reference.reachabilityFence(this); // disarming happens-before the reference is in the queue
    }
    if (now == OPEN) {
      PanamaTorch.pt_tensor_free(held());
    }
  }

  public boolean isOpen() {
    return (state & OPEN) != 0;
  }
}
