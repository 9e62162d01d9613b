package panama.torch;

import org.jspecify.annotations.Nullable;
import panama.torch.internal.Autograd;

/**
 * A stretch of one thread's work during which gradients are or are not recorded, from {@link
 * Torch#noGrad}, {@link Torch#enableGrad} or {@link Torch#inferenceMode} to {@link #close}.
 *
 * <p>libtorch keeps these modes with the operating-system thread. A virtual thread may move to
 * another one, so that the mode would leak there: virtual threads are refused. Run such work on a
 * platform thread, or use tensors that do not require gradients.
 */
public final class GradMode implements AutoCloseable {
  private final Thread thread = Thread.currentThread();
  private final boolean before;
  private final Autograd.@Nullable InferenceMode inference;
  private final String operation;
  private boolean closed;

  private GradMode(String operation, boolean before, Autograd.@Nullable InferenceMode inference) {
    this.operation = operation;
    this.before = before;
    this.inference = inference;
  }

  static GradMode set(String operation, boolean enabled) {
    refuseVirtualThread(operation);
    return new GradMode(operation, Autograd.setGradMode(enabled), null);
  }

  static GradMode inference() {
    refuseVirtualThread("inferenceMode");
    return new GradMode("inferenceMode", Autograd.gradMode(), Autograd.InferenceMode.enter());
  }

  static void refuseVirtualThread(String operation) {
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          operation
              + ": not on a virtual thread, which may move to another operating-system thread and"
              + " leave the mode behind. Do this work on a platform thread, for example in an"
              + " Executors.newFixedThreadPool");
    }
  }

  /** Returns the mode, how long it lasts, and the usual way to end it. */
  @Override
  public String toString() {
    return closed
        ? operation + "(closed)"
        : "%s(on thread %s until this is closed; best: try (var guard = %s()) { ... })"
            .formatted(operation, thread.getName(), operation);
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
          "GradMode.close: opened on thread %s, closed on thread %s; use try-with-resources"
              .formatted(thread.getName(), Thread.currentThread().getName()));
    }
    closed = true;
    if (inference != null) {
      inference.leave();
    } else {
      Autograd.setGradMode(before);
    }
  }
}
