package panama.torch.internal.runtime;

import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Frees the handles of tensors that the garbage collector has found unreachable.
 *
 * <p>Does the work of {@link java.lang.ref.Cleaner} at a third of its cost for tensors that are
 * closed explicitly, since closing does not unlink the phantom reference: it stays in its list,
 * without effect, until the list is swept. Each group of threads has a list of its own, so that
 * threads rarely contend for a lock. See docs/decisions/0002-reference-queue-instead-of-cleaner.md.
 */
final class HandleCleaner {
  static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
  private static final int STRIPES = 64;
  private static final Stripe[] REFERENCES = new Stripe[STRIPES];

  static {
    for (int i = 0; i < STRIPES; i++) {
      REFERENCES[i] = new Stripe();
    }
    Thread.ofPlatform().daemon().name("panama-torch-handle-cleaner").start(HandleCleaner::clean);
  }

  private HandleCleaner() {}

  /** Keeps a reference until its handle is closed or unreachable. */
  static void add(HandleReference reference) {
    NativeBudget.check();
    REFERENCES[(int) Thread.currentThread().threadId() & (STRIPES - 1)].add(reference);
  }

  /**
   * Frees the handles that are in the queue, besides the cleaner's own thread.
   *
   * @return whether there were any within a millisecond
   */
  static boolean cleanPending() throws InterruptedException {
    HandleReference reference = (HandleReference) QUEUE.remove(1);
    if (reference == null) {
      return false;
    }
    do {
      reference.free();
    } while ((reference = (HandleReference) QUEUE.poll()) != null);
    return true;
  }

  private static void clean() {
    while (true) {
      try {
        ((HandleReference) QUEUE.remove()).free();
      } catch (InterruptedException | Error e) {
        // The thread goes on: neither an OutOfMemoryError nor an interrupt may end the cleaning.
      }
    }
  }

  /**
   * Keeps the phantom references of a group of threads reachable, since a reference that is itself
   * garbage is never enqueued. The first thread that adds one owns the stripe until it ends, and
   * needs no lock; the other threads of the group share one.
   */
  private static final class Stripe {
    private final ReferenceList ofOwner = new ReferenceList();
    private final ReferenceList ofOthers = new ReferenceList();

    /** Read without the lock: only a thread itself writes a reference to itself here. */
    private @Nullable Thread owner;

    void add(HandleReference reference) {
      Thread thread = Thread.currentThread();
      if (owner == thread) {
        ofOwner.add(reference);
      } else {
        addLocked(reference, thread);
      }
    }

    private synchronized void addLocked(HandleReference reference, Thread thread) {
      // isAlive() returning false happens after everything that the ended thread has written.
      if (owner == null || !owner.isAlive()) {
        owner = thread;
        ofOwner.add(reference);
      } else {
        ofOthers.add(reference);
      }
    }
  }

  /** A list of references, used by one thread at a time. */
  private static final class ReferenceList {
    private static final int YOUNG = 256;
    private static final int FIRST_SWEEP = 1024;

    /**
     * The references added most recently. Most handles are closed before the array is full. The
     * array itself is in the young generation, so that stores into it need no card marking.
     */
    private HandleReference[] young = new HandleReference[YOUNG];

    private int count;
    private final ArrayList<HandleReference> old = new ArrayList<>();
    private int nextSweep = FIRST_SWEEP;

    void add(HandleReference reference) {
      if (count == YOUNG) {
        retire();
      }
      young[count++] = reference;
    }

    private void retire() {
      for (HandleReference reference : young) {
        if (reference.isArmed()) {
          old.add(reference);
        }
      }
      young = new HandleReference[YOUNG];
      count = 0;
      if (old.size() >= nextSweep) {
        old.removeIf(reference -> !reference.isArmed());
        nextSweep = Math.max(FIRST_SWEEP, 2 * old.size());
      }
    }
  }
}
