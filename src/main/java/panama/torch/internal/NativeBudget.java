package panama.torch.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
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

  private static final int LONGEST_WAIT_MILLIS = 256;

  private static final MemorySegment ALLOCATED =
      PanamaTorch.pt_memory_allocated().reinterpret(JAVA_LONG.byteSize());

  /** Racy on purpose: a look too many or too few does no harm. */
  private static long nextLook = STEP;

  /** What lived after the last collection, or less if less has lived since. */
  private static long reachable;

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
    long live = Library.memory()[1];
    reachable = Math.min(reachable, live);
    if (live - reachable > BUDGET) {
      reachable = collect(live);
    }
    nextLook = allocated + STEP;
  }

  /** Has the dropped tensors freed now, whatever they hold. */
  static synchronized void collect() {
    reachable = collect(Library.memory()[1]);
  }

  /** Returns what lives afterwards. */
  private static long collect(long before) {
    System.gc();
    boolean interrupted = false;
    long live = before;
    for (int wait = 1; wait <= LONGEST_WAIT_MILLIS; wait *= 2) {
      Reaper.reapWhatIsThere();
      long now = Library.memory()[1];
      if (now == live && now < before) {
        break; // it has gone down, and no further
      }
      live = now;
      try {
        Thread.sleep(wait);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return live;
  }
}
