package panama.torch.internal.loading;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import panama.torch.internal.ffi.PanamaTorch;

/**
 * Lets the process end with its own exit status while threads are loading libtorch or calling it.
 *
 * <p>The JVM does not stop threads in native code before the C library runs the static destructors,
 * which then take apart what these threads are using. So the end waits for a load under way, and
 * then skips the destructors. See docs/decisions/0012.
 */
final class ProcessEnd {
  /** For native libraries of the user's own that count on exit handlers, such as profilers. */
  private static final String RUN_EXIT_HANDLERS = "panama.torch.runExitHandlers";

  private static final long LONGEST_LOAD_SECONDS = 30;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean loaded;

  private ProcessEnd() {}

  /**
   * Guards a load that is about to begin.
   *
   * @throws UnsatisfiedLinkError when the JVM is shutting down already
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

  /** To be called when the load has ended, whether it has succeeded or not. */
  void loadEnded(boolean loaded) {
    this.loaded = loaded;
    ended.countDown();
    if (loaded) {
      skipExitHandlers(false); // for Runtime.halt, which runs no shutdown hooks
    }
  }

  private void shutDown() {
    try {
      if (ended.await(LONGEST_LOAD_SECONDS, TimeUnit.SECONDS) && loaded) {
        skipExitHandlers(true);
      }
    } catch (InterruptedException e) {
      // Nobody knows this thread.
    }
  }

  private static void skipExitHandlers(boolean ending) {
    if (!Boolean.getBoolean(RUN_EXIT_HANDLERS)) {
      PanamaTorch.pt_skip_exit_handlers(ending);
    }
  }
}
