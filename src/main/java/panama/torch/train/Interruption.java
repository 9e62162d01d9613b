package panama.torch.train;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The detection of an interrupt of the training thread, and of the end of the JVM, for example by
 * Ctrl-C. The JVM waits until the training has written its checkpoint and closes this object, but
 * at most 60 seconds.
 */
final class Interruption implements AutoCloseable {
  private static final long LONGEST_STEP_SECONDS = 60;

  private final Thread thread = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::waitForTheEnd, "panama-torch-training-ends");
  private volatile boolean jvmEnds;

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void waitForTheEnd() {
    jvmEnds = true;
    try {
      ended.await(LONGEST_STEP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // No other code has a reference to this thread.
    }
  }

  /** Returns whether the training should end; the interrupt status of the thread is kept. */
  boolean isRequested() {
    return jvmEnds || thread.isInterrupted();
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook is running.
    }
  }
}
