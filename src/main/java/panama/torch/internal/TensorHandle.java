package panama.torch.internal;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * One native tensor handle. Every native call holds the handles it passes, from {@link #acquire} to
 * {@link #release}. Closing bars new calls at once; the free itself happens with the last hold.
 *
 * <p>What the collector owns lives as long as this object is reachable, not the {@code Tensor}
 * around it: that one may be garbage as soon as a call has taken the handle out of it.
 */
public final class TensorHandle {
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
  MemorySegment acquire(String operation) {
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

  /** Ends a hold. */
  void release() {
    lifetime.release();
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
