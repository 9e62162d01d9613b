package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Modes that belong to a thread or to the process do not affect other threads, and end correctly.
 */
@Tag("locale")
class GuardTest {
  /** A guard and its name in error messages. */
  private record Guard(String name, Supplier<? extends AutoCloseable> open) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Guard> guards() {
    return List.of(
        new Guard("noGrad", Torch::noGrad),
        new Guard("enableGrad", Torch::enableGrad),
        new Guard("inferenceMode", Torch::inferenceMode),
        new Guard("autocast", () -> Torch.autocast(DType.BFLOAT16)));
  }

  private static List<Boolean> modes() {
    return List.of(
        Torch.isGradEnabled(),
        ones(1).requiresGrad_(true).mul(2).requiresGrad(),
        Torch.isAutocastEnabled(Device.Type.CPU));
  }

  @ParameterizedTest
  @MethodSource("guards")
  void nestsInItselfAndInAllOtherGuards(Guard guard) throws Exception {
    List<Boolean> before = modes();
    for (Guard outer : guards()) {
      try (AutoCloseable first = outer.open().get()) {
        List<Boolean> between = modes();
        try (AutoCloseable second = guard.open().get();
            AutoCloseable third = guard.open().get()) {
          assertThat(modes()).isNotNull();
        }
        assertThat(modes()).as("in " + outer).isEqualTo(between);
      }
      assertThat(modes()).as("after " + outer).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("guards")
  void restoresOnAnException(Guard guard) {
    List<Boolean> before = modes();
    assertThatThrownBy(
            () -> {
              try (AutoCloseable open = guard.open().get()) {
                ones(2).add(ones(3));
              }
            })
        .isInstanceOf(ShapeException.class);
    assertThat(modes()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("guards")
  void worksOnVirtualThreads(Guard guard) throws Exception {
    List<Boolean> outside = modes();
    List<Boolean> inside;
    try (AutoCloseable open = guard.open().get()) {
      inside = modes();
    }
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        boolean guarded = i % 2 == 0;
        all.add(
            executor.submit(
                () -> {
                  try (AutoCloseable open = guarded ? guard.open().get() : () -> {}) {
                    for (int round = 0; round < 5; round++) {
                      assertThat(modes()).isEqualTo(guarded ? inside : outside);
                      Thread.sleep(1); // so that the thread may continue on another carrier
                    }
                  }
                  assertThat(modes()).isEqualTo(outside);
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(modes()).isEqualTo(outside);
  }

  @ParameterizedTest
  @MethodSource("guards")
  void canBeClosedOnlyOnItsOwnThread(Guard guard) throws Exception {
    List<Boolean> before = modes();
    try (AutoCloseable open = guard.open().get()) {
      CompletableFuture<Throwable> refusal = new CompletableFuture<>();
      Thread.ofPlatform()
          .start(
              () -> {
                try {
                  open.close();
                  refusal.complete(new AssertionError("not refused"));
                } catch (Exception e) {
                  refusal.complete(e);
                }
              });
      assertThat(refusal.get()).isInstanceOf(IllegalStateException.class);
    }
    assertThat(modes()).isEqualTo(before);
  }

  /** Sets the number of interop threads twice. */
  static final class SetsInteropThreadsTwice {
    private SetsInteropThreadsTwice() {}

    public static void main(String[] args) {
      Torch.setNumInteropThreads(2);
      System.out.println(Torch.getNumInteropThreads());
      try {
        Torch.setNumInteropThreads(3);
      } catch (TorchException e) {
        System.out.println("refused");
      }
      System.out.println(ones(2).sum().item());
    }
  }

  @Test
  void interopThreadsCanBeSetOnlyOnce() throws Exception {
    ChildJvm.Result result = ChildJvm.run(SetsInteropThreadsTwice.class);
    assertThat(result.lines()).containsExactly("2", "refused", "2.0");
    assertThat(result.status()).isZero();
  }

  @Test
  void threadsThatCannotBeStartedAreRefused() {
    for (int count : new int[] {0, -1, 1025, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> Torch.setNumThreads(count))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected 1 to 1024 threads, got " + count);
      assertThatThrownBy(() -> Torch.setNumInteropThreads(count))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
