package panama.torch.internal.loading;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Prevents crashes when the process ends while threads are loading libtorch or calling it.
 *
 * <p>The JVM does not stop threads in native code before the C library runs the static destructors,
 * which destroy objects that these threads are using. Therefore the shutdown waits until the
 * libraries are loaded, and then skips the destructors. See
 * docs/decisions/0012-no-exit-handlers.md.
 */
final class ProcessEnd {
  /** The system property for native libraries that rely on exit handlers, such as profilers. */
  private static final String RUN_EXIT_HANDLERS = "panama.torch.runExitHandlers";

  private static final long LONGEST_LOAD_SECONDS = 30;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean loaded;

  private ProcessEnd() {}

  /**
   * Registers the shutdown hook. To be called before the libraries are loaded.
   *
   * @throws UnsatisfiedLinkError if the JVM is already shutting down
   */
  static ProcessEnd guardLoad() {
    ProcessEnd guard = new ProcessEnd();
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(guard::shutDown, "panama-torch-process-end"));
    } catch (IllegalStateException e) {
      throw NativeLibrary.failure(
          "the JVM is shutting down: libtorch is not loaded any more; use it once before", e);
    }
    return guard;
  }

  /** Ends the wait of the shutdown hook. To be called after the load, successful or not. */
  void loadEnded(boolean loaded) {
    this.loaded = loaded;
    ended.countDown();
    if (loaded) {
      skipExitHandlers(false); // now, since Runtime.halt runs no shutdown hooks
    }
  }

  private void shutDown() {
    try {
      if (ended.await(LONGEST_LOAD_SECONDS, TimeUnit.SECONDS) && loaded) {
        skipExitHandlers(true);
      }
    } catch (InterruptedException e) {
      // No other code has a reference to this thread.
    }
  }

  private static void skipExitHandlers(boolean ending) {
    if (!Boolean.getBoolean(RUN_EXIT_HANDLERS)) {
      PanamaTorch.pt_skip_exit_handlers(ending);
    }
  }
}
