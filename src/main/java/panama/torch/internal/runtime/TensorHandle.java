package panama.torch.internal.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.List;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * One native tensor handle. Every native call holds the handles it passes, from {@link #acquire} to
 * {@link #release}. Closing bars new calls at once; the free itself happens with the last hold.
 *
 * <p>What the collector owns lives as long as this object is reachable, not the {@code Tensor}
 * around it: that one may be garbage as soon as a call has taken the handle out of it.
 */
public final class TensorHandle implements Value {
  private final Lifetime lifetime;

  TensorHandle(MemorySegment address) {
    lifetime = new Lifetime(address);
    if (Allocations.TRACKED) {
      Allocations.add(this);
    }
    if (ForwardCalls.areNoted()) {
      ForwardCalls.note(address);
    }
  }

  /** From now on the collector is the owner. To be called once. */
  public void adopt() {
    Reaper.adopt(this, lifetime);
  }

  /**
   * The native address, which stays valid until the matching {@link #release}.
   *
   * @param operation names the caller in the error
   * @throws IllegalStateException when the tensor has been closed
   */
  public MemorySegment acquire(String operation) {
    try {
      return lifetime.acquire(operation);
    } finally {
      Reference.reachabilityFence(this); // until it is held
    }
  }

  /** The native address, for a caller that holds this handle already. */
  MemorySegment held() {
    return lifetime.held();
  }

  @Override
  public void hold(String operation) {
    acquire(operation);
  }

  /** Ends a hold. */
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

  /** Bars further use; frees now or with the last hold. Idempotent. */
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
