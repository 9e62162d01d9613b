package panama.torch.internal.runtime;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Frees the handles of tensors that the garbage collector has found unreachable.
 *
 * <p>What {@link java.lang.ref.Cleaner} does, at a third of its cost for tensors that are closed by
 * hand: closing does not unlink. A closed ward waits, inert, for the next sweep. Lists are striped
 * over the threads, so that they rarely contend for a lock.
 */
final class Reaper {
  private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
  private static final int STRIPES = 64;
  private static final Stripe[] WARDS = new Stripe[STRIPES];

  static {
    for (int i = 0; i < STRIPES; i++) {
      WARDS[i] = new Stripe();
    }
    Thread.ofPlatform().daemon().name("panama-torch-reaper").start(Reaper::reap);
  }

  private Reaper() {}

  /** Ends {@code lifetime} once {@code handle} is unreachable. */
  static void adopt(TensorHandle handle, Lifetime lifetime) {
    NativeBudget.check();
    WARDS[(int) Thread.currentThread().threadId() & (STRIPES - 1)].add(new Ward(handle, lifetime));
  }

  /** Does this thread's share of the work; false when for a millisecond there was none. */
  static boolean reapWhatComes() throws InterruptedException {
    Ward ward = (Ward) QUEUE.remove(1);
    if (ward == null) {
      return false;
    }
    do {
      ward.lifetime.close();
    } while ((ward = (Ward) QUEUE.poll()) != null);
    return true;
  }

  private static void reap() {
    while (true) {
      try {
        ((Ward) QUEUE.remove()).lifetime.close();
      } catch (InterruptedException | Error e) {
        // Such as an OutOfMemoryError, which is no reason to free no more; nor is an interrupt.
      }
    }
  }

  private static final class Ward extends PhantomReference<Object> {
    final Lifetime lifetime;

    Ward(TensorHandle handle, Lifetime lifetime) {
      super(handle, QUEUE);
      this.lifetime = lifetime;
    }
  }

  /**
   * Keeps wards reachable: a reference that is itself garbage is never enqueued. Belongs to the
   * first thread that comes, until it ends, which pays for no lock; others share the lock.
   */
  private static final class Stripe {
    private final Wards ofOwner = new Wards();
    private final Wards ofOthers = new Wards();

    /** Read without the lock: a thread finds itself here only when it has put itself here. */
    private @Nullable Thread owner;

    void add(Ward ward) {
      Thread thread = Thread.currentThread();
      if (owner == thread) {
        ofOwner.add(ward);
      } else {
        addLocked(ward, thread);
      }
    }

    private synchronized void addLocked(Ward ward, Thread thread) {
      // What a thread has written is there for whoever has seen it ended.
      if (owner == null || !owner.isAlive()) {
        owner = thread;
        ofOwner.add(ward);
      } else {
        ofOthers.add(ward);
      }
    }
  }

  /** For one thread at a time. */
  private static final class Wards {
    private static final int YOUNG = 256;
    private static final int FIRST_SWEEP = 1024;

    /**
     * The latest. Most are closed before it is full; and it is itself a young object, in which the
     * collector need not track what is stored.
     */
    private Ward[] young = new Ward[YOUNG];

    private int count;
    private final ArrayList<Ward> old = new ArrayList<>();
    private int nextSweep = FIRST_SWEEP;

    void add(Ward ward) {
      if (count == YOUNG) {
        retire();
      }
      young[count++] = ward;
    }

    private void retire() {
      for (Ward ward : young) {
        if (ward.lifetime.isOpen()) {
          old.add(ward);
        }
      }
      young = new Ward[YOUNG];
      count = 0;
      if (old.size() >= nextSweep) {
        old.removeIf(ward -> !ward.lifetime.isOpen());
        nextSweep = Math.max(FIRST_SWEEP, 2 * old.size());
      }
    }
  }
}
