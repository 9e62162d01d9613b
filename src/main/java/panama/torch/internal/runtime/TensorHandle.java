package panama.torch.internal.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * One native tensor handle. Every native call holds the handles it passes, from {@link #acquire} to
 * {@link #release}. Closing prevents new calls at once; the tensor is freed with the last hold.
 *
 * <p>A tensor that the garbage collector owns lives as long as this object is reachable, not the
 * {@code Tensor} around it, which may be garbage as soon as a call has read its handle.
 */
public final class TensorHandle implements Value {
  private final Lifetime lifetime;

  TensorHandle(MemorySegment address) {
    lifetime = new Lifetime(address);
    if (Allocations.TRACKED) {
      Allocations.add(this);
    }
    if (ForwardCalls.areRecorded()) {
      ForwardCalls.record(address);
    }
  }

  /** Makes the garbage collector the owner, from now on. Must be called at most once. */
  public void register() {
    HandleCleaner.register(this, lifetime);
  }

  /**
   * Returns the native address, which stays valid until the matching {@link #release}.
   *
   * @param operation names the caller in the error
   * @throws IllegalStateException when the tensor has been closed
   */
  public MemorySegment acquire(String operation) {
    try {
      return lifetime.acquire(operation);
    } finally {
      Reference.reachabilityFence(this); // the collector must not free it before it is held
    }
  }

  /** Returns the native address, for a caller that holds this handle already. */
  MemorySegment held() {
    return lifetime.held();
  }

  @Override
  public void hold(String operation) {
    acquire(operation);
  }

  /** Ends one hold of {@link #acquire}. */
  @Override
  public void release() {
    lifetime.release();
  }

  @Override
  public void write(long target, CallFrame frame) {
    frame.set(target, PanamaTorch.PT_TENSOR(), 0, held().address());
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
    lifetime.close();
  }

  public boolean isOpen() {
    return lifetime.isOpen();
  }
}
