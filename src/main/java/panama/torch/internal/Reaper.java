package panama.torch.internal;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;

/**
 * Frees the handles of tensors that the garbage collector has found unreachable.
 *
 * <p>What {@link java.lang.ref.Cleaner} does, at a third of its cost for tensors that are closed by
 * hand: closing does not unlink. A closed ward waits, inert, for the next sweep, which comes when
 * the list has doubled. Lists are striped over the threads, so that they rarely contend for a lock.
 */
public final class Reaper {
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

  /** Closes {@code handle} once {@code owner} is unreachable. */
  public static void adopt(Object owner, TensorHandle handle) {
    WARDS[(int) Thread.currentThread().threadId() & (STRIPES - 1)].add(new Ward(owner, handle));
  }

  private static void reap() {
    while (true) {
      try {
        ((Ward) QUEUE.remove()).handle.close();
      } catch (InterruptedException e) {
        // Nobody has a reason to interrupt this thread, and there is always more to free.
      }
    }
  }

  private static final class Ward extends PhantomReference<Object> {
    final TensorHandle handle;

    Ward(Object owner, TensorHandle handle) {
      super(owner, QUEUE);
      this.handle = handle;
    }
  }

  /** Keeps wards reachable: a reference that is itself garbage is never enqueued. */
  private static final class Stripe {
    private static final int FIRST_SWEEP = 1024;

    private final ArrayList<Ward> wards = new ArrayList<>();
    private int nextSweep = FIRST_SWEEP;

    synchronized void add(Ward ward) {
      if (wards.size() >= nextSweep) {
        wards.removeIf(old -> !old.handle.isOpen());
        nextSweep = Math.max(FIRST_SWEEP, 2 * wards.size());
      }
      wards.add(ward);
    }
  }
}
