package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.nn.Linear;

/** Everything that is thrown before, in or after a gradient hook can be caught. */
class HookFailureTest {
  private static Tensor withHook() {
    Tensor w = ones(2).requiresGrad_(true);
    w.registerHook(grad -> null);
    return w;
  }

  /**
   * Runs a backward pass and returns whether it succeeded; errors for lack of memory are caught.
   */
  private static boolean backward(Tensor w) {
    try {
      w.setGrad(null);
      w.mul(3).sum().backward();
      return true;
    } catch (OutOfMemoryError | StackOverflowError | TorchException e) {
      return false;
    }
  }

  private static void expect(boolean truth) {
    if (!truth) {
      throw new AssertionError();
    }
  }

  /** Runs a hook when no off-heap memory can be allocated. */
  static final class DirectMemoryFull {
    public static void main(String[] args) {
      Tensor w = withHook();
      expect(backward(w));
      List<Object> filled = new ArrayList<>();
      for (long bytes = 1 << 20; bytes > 0; bytes /= 16) {
        try {
          while (true) {
            filled.add(Arena.ofAuto().allocate(bytes));
          }
        } catch (OutOfMemoryError e) {
          // Continue with smaller ones.
        }
      }
      expect(w.add(1).sum().item() == 4);
      for (int i = 0; i < 5; i++) { // few, since the JDK waits for half a second each time
        expect(!backward(w));
      }
      System.out.println("caught " + filled.isEmpty());
    }
  }

  /** Runs a hook with 0 to 3 KiB of free heap. */
  static final class HeapFull {
    @SuppressWarnings("unused")
    static Object[] filled;

    public static void main(String[] args) {
      Tensor w = withHook();
      expect(backward(w));
      int failures = 0;
      for (int i = 0; i < 25; i++) {
        fill(128 * i);
        failures += backward(w) ? 0 : 1;
        filled = null;
        expect(backward(w));
      }
      System.out.println("caught " + (failures == 0));
    }

    private static void fill(int bytesLeft) {
      byte[] spare = new byte[bytesLeft];
      Object[] chain = null;
      for (int length = 1 << 20; length > 0; length /= 8) {
        try {
          while (true) {
            Object[] next = new Object[length];
            next[0] = chain;
            chain = next;
            filled = chain;
          }
        } catch (OutOfMemoryError e) {
          // Continue with smaller ones.
        }
      }
      expect(spare.length == bytesLeft);
    }
  }

  /** Runs a hook at each depth of the stack, from the deepest until 100 in a row succeed. */
  static final class StackFull {
    private static int failures;
    private static int successes;

    public static void main(String[] args) throws InterruptedException {
      Tensor w = withHook();
      for (int i = 0; i < 200; i++) {
        expect(backward(w));
      }
      Thread thread = new Thread(null, () -> descend(w, 0), "deep", 2 << 20);
      thread.start();
      thread.join();
      expect(backward(w));
      System.out.println("caught " + (failures == 0 || successes == 0));
    }

    @SuppressWarnings("InfiniteRecursion") // intended
    private static void descend(Tensor w, int depth) {
      try {
        descend(w, depth + 1);
      } catch (StackOverflowError e) {
        successes = 0;
      }
      // Counts successes, not levels: compiled frames are much smaller than interpreted ones.
      if (successes < 100) {
        if (backward(w)) {
          successes++;
        } else {
          failures++;
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {DirectMemoryFull.class, HeapFull.class, StackFull.class})
  void exhaustedMemoryOrStackIsCaught(Class<?> program) throws Exception {
    ChildJvm.Result result =
        ChildJvm.run(program, "-Xmx24m", "-XX:MaxDirectMemorySize=8m", "-XX:+UseSerialGC");
    assertThat(result.lines()).as(result.toString()).contains("caught false");
    assertThat(result.status()).as(result.toString()).isZero();
  }

  /** Throws a checked exception without declaring it. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> Tensor sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @SuppressWarnings("InfiniteRecursion") // intended
  private static Tensor overflow(Tensor grad) {
    return overflow(grad.mul(1));
  }

  private static final class Broken {
    static final Tensor NONE = ones(Integer.parseInt("none"));
  }

  private static Throwable thrownBy(
      java.util.function.Function<? super Tensor, ? extends Tensor> hook) {
    Tensor w = ones(2).requiresGrad_(true);
    Runnable remove = w.registerHook(hook);
    Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(() -> w.sum().backward());
    remove.run();
    w.sum().backward();
    assertThat(w.grad().toFloatArray()).containsExactly(1, 1);
    return thrown;
  }

  @Test
  void backwardThrowsWhatAHookThrows() {
    for (Throwable each :
        List.of(
            new OutOfMemoryError("mine"),
            new LinkageError("mine"),
            new Error("mine"),
            new RuntimeException("mine"))) {
      assertThat(thrownBy(grad -> HookFailureTest.<RuntimeException>sneak(each))).isSameAs(each);
    }
    Exception checked = new Exception("mine");
    assertThat(thrownBy(grad -> HookFailureTest.<RuntimeException>sneak(checked)))
        .isInstanceOf(IllegalStateException.class)
        .hasCause(checked);
    assertThat(thrownBy(HookFailureTest::overflow)).isInstanceOf(StackOverflowError.class);
    assertThat(thrownBy(grad -> Broken.NONE)).isInstanceOf(ExceptionInInitializerError.class);
    assertThat(thrownBy(grad -> Broken.NONE)).isInstanceOf(NoClassDefFoundError.class);
  }

  /** The exception belongs to the backward pass, since the hook is freed before the pass ends. */
  @Test
  void backwardThrowsWhatAHookThrowsAfterItsTensorIsClosed() {
    IllegalStateException mine = new IllegalStateException("mine");
    Tensor w = ones(2).requiresGrad_(true);
    Tensor y = w.mul(2);
    y.registerHook(
        grad -> {
          y.close();
          throw mine;
        });
    assertThatThrownBy(() -> y.sum().backward()).isSameAs(mine);
  }

  @Test
  void failuresOnSeveralThreadsAreNotMixedUp() throws Exception {
    Tensor w = ones(2).requiresGrad_(true);
    w.registerHook(
        grad -> {
          throw new IllegalStateException(Thread.currentThread().getName());
        });
    List<Throwable> wrong = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .name("pass " + t)
              .start(
                  () -> {
                    for (int i = 0; i < 200; i++) {
                      try {
                        w.mul(2).sum().backward();
                      } catch (IllegalStateException e) {
                        if (e.getMessage().equals(Thread.currentThread().getName())) {
                          continue;
                        }
                        synchronized (wrong) {
                          wrong.add(e);
                        }
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong).isEmpty();
  }

  /** The second result of an operation gets no gradient if only the first is used. */
  @Test
  void aHookThatIsNullIsRefusedWhenItIsRegistered() {
    Tensor w = ones(2).requiresGrad_(true);
    assertThatThrownBy(() -> w.registerHook(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("hook");
    Linear linear = new Linear(1, 1);
    assertThatThrownBy(() -> linear.registerForwardHook(null)).hasMessage("hook");
    assertThatThrownBy(() -> linear.registerForwardPreHook(null)).hasMessage("hook");
  }

  @Test
  void aHookWithoutAGradientIsNotCalled() {
    Tensor w = ones(2, 2).requiresGrad_(true);
    List<Tensor> rows = w.unbind(0);
    List<Tensor> seen = new ArrayList<>();
    rows.get(1)
        .registerHook(
            grad -> {
              seen.add(grad);
              return null;
            });
    rows.get(0).sum().backward();
    assertThat(seen).isEmpty();
    assertThat(w.grad().toFloatArray()).containsExactly(1, 1, 0, 0);
  }
}
