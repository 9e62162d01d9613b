package panama.torch.internal.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.TimeUnit;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Keeps what the garbage collector cannot see from running a machine out of memory.
 *
 * <p>To the collector a tensor is a few bytes of heap, so that it may let gigabytes of dropped ones
 * lie. After a collection all that lives is reachable; from then on dropped tensors may hold as
 * much as has been added since. When that passes the budget, the thread that makes the next tensor
 * does what the JDK does for direct buffers: asks for a collection and waits a little for the
 * {@link Reaper}.
 */
final class NativeBudget {
  /** In bytes. By default as large as the heap may grow, as for direct buffers. */
  private static final long BUDGET =
      positive(Long.getLong("panama.torch.nativeBudget", Runtime.getRuntime().maxMemory()));

  /** Between two looks at what lives, so many bytes are allocated. */
  private static final long STEP = Math.clamp(BUDGET / 16, 1 << 20, 64 << 20);

  /** A thread's allocations are reported this late, and a look comes as late again. */
  private static final long LATE = 2 << 20;

  private static final int LONGEST_WAIT_MILLIS = 512;

  private static final MemorySegment ALLOCATED =
      PanamaTorch.pt_memory_allocated().reinterpret(JAVA_LONG.byteSize());

  /** Racy on purpose: a look too many or too few does no harm. */
  private static long nextLook = STEP;

  /** What lived after the last collection, or less if less has lived since. */
  private static long reachable;

  /** What lived at the last look. */
  private static long lastLive;

  static {
    keepBlocks(BUDGET);
  }

  private NativeBudget() {}

  private static long positive(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "panama.torch.nativeBudget: expected a positive number of bytes, got " + bytes);
    }
    return bytes;
  }

  /** To be called for every tensor that the collector owns; costs next to nothing mostly. */
  static void check() {
    if (ALLOCATED.get(JAVA_LONG, 0) >= nextLook) {
      look();
    }
  }

  private static synchronized void look() {
    long allocated = ALLOCATED.get(JAVA_LONG, 0);
    if (allocated < nextLook) {
      return; // another thread has looked while this one waited
    }
    long live = Library.memory().liveBytes();
    reachable = Math.min(reachable, live);
    long growth = Math.max(live - lastLive, STEP) + LATE;
    if (live - reachable + growth > BUDGET) { // at the next look it would be too late
      collect();
    } else {
      lastLive = live;
    }
    nextLook = allocated + STEP;
  }

  /** Has the dropped tensors freed now, whatever they hold. */
  static synchronized void collect() {
    reachable = collectNow();
    lastLive = reachable;
  }

  /** Gives back what is kept for tensors to come. */
  static void emptyCache() {
    keepBlocks(0);
    keepBlocks(BUDGET);
  }

  /**
   * Dropped tensors may hold the budget; so may their memory once they are freed, for those to
   * come.
   */
  private static void keepBlocks(long bytes) {
    CallFrame frame = CallFrame.enter();
    frame.check("nativeBudget", PanamaTorch.pt_memory_keep(bytes, frame.call()));
  }

  /** Returns what lives afterwards. */
  private static long collectNow() {
    ReferenceQueue<Object> found = new ReferenceQueue<>();
    Reference<Object> probe = new PhantomReference<>(new Object(), found);
    boolean interrupted = Thread.interrupted(); // or nothing here would wait
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS);
    try {
      System.gc();
      // What the collector has found comes in some order, a little later.
      found.remove(LONGEST_WAIT_MILLIS);
      while (Reaper.reapWhatComes() && System.nanoTime() < deadline) {}
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
