package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.TimeUnit;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Limits the native memory of unreachable tensors that the garbage collector has not found yet.
 *
 * <p>The collector sees a few bytes of heap for each tensor, so that gigabytes of unreachable ones
 * do not make it run. Right after a collection all live bytes are reachable; later, at most the
 * bytes added since can be those of unreachable tensors. When they exceed the budget, the thread
 * that makes the next tensor requests a collection and waits briefly for the {@link HandleCleaner},
 * as the JDK does for direct buffers.
 */
final class NativeBudget {
  /** In bytes. The default is the maximum size of the heap, as for direct buffers. */
  private static final long BUDGET =
      positive(Long.getLong("panama.torch.nativeBudget", Runtime.getRuntime().maxMemory()));

  /** The number of bytes that are allocated between two checks of the live bytes. */
  private static final long STEP = Math.clamp(BUDGET / 16, 1 << 20, 64 << 20);

  /**
   * The bytes that a check may miss: a thread adds its allocations to the counter in steps of 1
   * MiB, and may have allocated as much again before it checks.
   */
  private static final long UNSEEN = 2 << 20;

  private static final int LONGEST_WAIT_MILLIS = 512;

  private static final MemorySegment ALLOCATED =
      PanamaTorch.pt_memory_allocated().reinterpret(JAVA_LONG.byteSize());

  /**
   * The value of the counter at the next check. A data race may add or skip a check, which is
   * harmless.
   */
  private static long nextCheck = STEP;

  /** The live bytes after the last collection, or the fewest since. */
  private static long reachable;

  /** The live bytes at the last check. */
  private static long lastLive;

  static {
    limitBlockCache(BUDGET);
  }

  private NativeBudget() {}

  private static long positive(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "panama.torch.nativeBudget: expected a positive number of bytes, got " + bytes);
    }
    return bytes;
  }

  /**
   * Requests a collection if the budget may be exceeded. Called for every tensor that the collector
   * owns.
   */
  static void check() {
    if (ALLOCATED.get(JAVA_LONG, 0) >= nextCheck) {
      checkLiveBytes();
    }
  }

  private static synchronized void checkLiveBytes() {
    long allocated = ALLOCATED.get(JAVA_LONG, 0);
    if (allocated < nextCheck) {
      return; // another thread has checked while this one waited for the lock
    }
    long live = Library.memory().liveBytes();
    reachable = Math.min(reachable, live);
    long growth = Math.max(live - lastLive, STEP) + UNSEEN;
    if (live - reachable + growth > BUDGET) { // the next check would come too late
      collect();
    } else {
      lastLive = live;
    }
    nextCheck = allocated + STEP;
  }

  /** Runs a collection, and waits for unreachable tensors to be freed. */
  static synchronized void collect() {
    reachable = collectNow();
    lastLive = reachable;
  }

  /** Frees all blocks in the block cache. */
  static void emptyCache() {
    limitBlockCache(0);
    limitBlockCache(BUDGET);
  }

  /** Limits the size of the shim's cache of freed blocks. */
  private static void limitBlockCache(long bytes) {
    CallFrame frame = CallFrame.enter();
    frame.check("nativeBudget", PanamaTorch.pt_memory_keep(bytes, frame.call()));
  }

  /** Runs a collection, and returns the live bytes after it. */
  private static long collectNow() {
    ReferenceQueue<Object> found = new ReferenceQueue<>();
    Reference<Object> probe = new PhantomReference<>(new Object(), found);
    boolean interrupted = Thread.interrupted(); // otherwise the waits below would end at once
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS);
    try {
      System.gc();
      // References are enqueued in no particular order, a little later.
      found.remove(LONGEST_WAIT_MILLIS);
      while (HandleCleaner.cleanPending() && System.nanoTime() < deadline) {}
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      Reference.reachabilityFence(probe);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return Library.memory().liveBytes();
  }
}
