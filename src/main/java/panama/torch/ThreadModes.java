package panama.torch;

import panama.torch.internal.runtime.Modes;

/** A guard that sets modes of a thread and restores them: {@link GradMode}, {@link Autocast}. */
abstract sealed class ThreadModes implements AutoCloseable permits Autocast, GradMode {
  private final Thread thread = Thread.currentThread();
  private final Modes before = Modes.ofThread();
  private boolean closed;

  /** Returns the modes that were set before. */
  final Modes before() {
    return before;
  }

  final void set(Modes modes) {
    Modes.setOfThread(modes);
  }

  /**
   * Describes the modes, how long they last, and the usual way to end them.
   *
   * @param name the name of the mode
   * @param details the arguments, each followed by a comma and a space
   * @param call the call that sets the mode
   */
  final String describe(String name, String details, String call) {
    return closed
        ? "%s(%sclosed)".formatted(name, details)
        : "%s(%son thread %s until this is closed; best: try (var _ = %s) { ... })"
            .formatted(name, details, thread.getName(), call);
  }

  /**
   * Restores the modes that were set before. Closing twice has no effect.
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
          "%s.close: opened on thread %s, closed on thread %s; use try-with-resources"
              .formatted(
                  getClass().getSimpleName(), thread.getName(), Thread.currentThread().getName()));
    }
    closed = true;
    Modes.setOfThread(before);
  }
}
