package panama.torch;

import panama.torch.internal.Modes;

/**
 * A stretch of one thread's work whose matrix products and the like are done in a lower precision,
 * from {@link Torch#autocast} to {@link #close}.
 *
 * <p>Parameters keep their type; operators cast what they are given as libtorch's lists say. Bound
 * to the operating-system thread like {@link GradMode}, so that virtual threads are refused.
 */
public final class Autocast implements AutoCloseable {
  private final Thread thread = Thread.currentThread();
  private final Modes.Autocast before;
  private final Device.Type device;
  private final DType dtype;
  private final boolean enabled;
  private boolean closed;

  Autocast(Device.Type device, DType dtype, boolean enabled) {
    GradMode.refuseVirtualThread("autocast");
    if (dtype != DType.BFLOAT16 && dtype != DType.FLOAT16) {
      throw new DTypeException("dtype: expected bfloat16 or float16, got " + dtype);
    }
    this.device = device;
    this.dtype = dtype;
    this.enabled = enabled;
    before = Modes.enterAutocast(new Modes.Autocast(device.code(), dtype.code(), enabled, true));
  }

  /** Returns the mode, how long it lasts, and the usual way to end it. */
  @Override
  public String toString() {
    String mode = "%s, %s".formatted(device, enabled ? dtype : "off");
    return closed
        ? "autocast(%s; closed)".formatted(mode)
        : "autocast(%s, on thread %s until this is closed; best: try (var guard = autocast(...)) { ... })"
            .formatted(mode, thread.getName());
  }

  /**
   * Restores what was before. A second time does nothing.
   *
   * @throws IllegalStateException on another thread
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "Autocast.close: opened on thread %s, closed on thread %s; use try-with-resources"
              .formatted(thread.getName(), Thread.currentThread().getName()));
    }
    closed = true;
    Modes.leaveAutocast(before);
  }
}
