package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import panama.torch.internal.runtime.TensorHandle;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.MSELoss;
import panama.torch.nn.Module;
import panama.torch.optim.Adam;

/** Use by many threads: no crash, no deadlock, and the same numbers as with one thread. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RaceTest {
  private static final int ROUNDS = 20;

  /** Runs all tasks concurrently and returns their results in order. */
  private static <T> List<T> atOnce(ExecutorService executor, List<Callable<T>> tasks)
      throws Exception {
    try (executor) {
      List<T> results = new ArrayList<>();
      for (Future<T> future : executor.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    }
  }

  /** Computes on a tensor until it is closed, and returns the message of the exception. */
  private static String computeUntilClosed(Tensor x, CountDownLatch running) {
    try (TensorScope scope = new TensorScope()) {
      while (true) {
        Tensor y = x.matmul(x).add(x);
        assertThat(y.select(0, 0).select(0, 0).item()).isEqualTo(65);
        y.close();
        running.countDown();
      }
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  @Test
  void garbageCollectionDuringACallKeepsItsArguments() throws Exception {
    // Too many for the preallocated memory of a call.
    List<Tensor> parts = Collections.nCopies(20_000, ones(1));
    AtomicBoolean over = new AtomicBoolean();
    Thread collector =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!over.get()) {
                    System.gc();
                  }
                });
    try {
      for (int round = 0; round < 3 * ROUNDS; round++) {
        try (Tensor joined = Torch.cat(parts);
            Tensor sum = joined.sum()) {
          assertThat(sum.item()).isEqualTo(parts.size());
        }
      }
    } finally {
      over.set(true);
      collector.join();
    }
  }

  @Test
  void aTensorCanBeClosedWhileOtherThreadsUseIt() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Tensor x = ones(64, 64);
      CountDownLatch running = new CountDownLatch(4);
      List<Callable<String>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        tasks.add(() -> computeUntilClosed(x, running));
      }
      tasks.add(
          () -> {
            running.await();
            x.close();
            return "the tensor has been closed";
          });
      assertThat(atOnce(Executors.newFixedThreadPool(5), tasks))
          .allMatch(message -> message.contains("the tensor has been closed"));
    }
  }

  @Test
  void aScopeCanCloseDuringACallOnAnotherThread() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      CountDownLatch running = new CountDownLatch(1);
      try (ExecutorService other = Executors.newSingleThreadExecutor()) {
        Future<String> told;
        try (TensorScope scope = new TensorScope()) {
          Tensor x = ones(64, 64);
          told = other.submit(() -> computeUntilClosed(x, running));
          running.await();
        }
        assertThat(told.get()).contains("the tensor has been closed");
      }
    }
  }

  @Test
  void manyThreadsCanCloseOneTensor() throws Exception {
    for (int round = 0; round < 3 * ROUNDS; round++) {
      Tensor x = ones(8);
      CyclicBarrier barrier = new CyclicBarrier(4);
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        tasks.add(
            () -> {
              barrier.await();
              x.close();
              return x.isClosed();
            });
      }
      assertThat(atOnce(Executors.newFixedThreadPool(4), tasks)).doesNotContain(false);
    }
  }

  /** A tensor that was moved and closed concurrently must not be freed a second time. */
  @Test
  void threadsCanMoveATensorToTheCollectorWhileOthersCloseIt() throws Exception {
    long before = LiveTensors.settled();
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 200 * ROUNDS; round++) {
        Tensor x;
        try (TensorScope scope = new TensorScope()) {
          x = ones(8);
          Callable<Object> move = () -> TensorScope.exempt(x);
          Callable<Object> close =
              () -> {
                x.close();
                return x;
              };
          for (Future<?> task : executor.invokeAll(List.of(move, close, move, close))) {
            task.get();
          }
        }
        assertThat(x.isClosed()).isTrue();
      }
    }
    assertThat(LiveTensors.settled()).isEqualTo(before);
  }

  /** A small model. */
  private static final class Model extends Module {
    private final LSTM lstm = register("lstm", LSTM.builder(3, 8).batchFirst(true).build());
    private final Linear last = register("last", new Linear(8, 1));

    private Tensor forward(Tensor x) {
      return call(x, in -> last.forward(lstm.forward(in).output().select(1, -1)));
    }
  }

  private static List<Model> models() {
    List<Model> models = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Torch.manualSeed(i); // the initial weights come from the default generator
      models.add(new Model());
    }
    return models;
  }

  /** Trains a model and returns the bytes of its parameters. */
  private static List<byte[]> train(Model model, int seed) {
    Adam optimizer = Adam.builder(model.parameters()).lr(0.01).build();
    MSELoss criterion = new MSELoss();
    Generator generator = new Generator().manualSeed(seed);
    for (int step = 0; step < 50; step++) {
      try (TensorScope scope = new TensorScope()) {
        Tensor x = Torch.randn(new long[] {4, 6, 3}, TensorOptions.DEFAULT, generator);
        optimizer.zeroGrad();
        criterion
            .forward(model.forward(x), x.sum(new long[] {1, 2}, false).unsqueeze(1))
            .backward();
        optimizer.step();
      }
    }
    return model.parameters().stream().map(p -> p.detach().toByteArray()).toList();
  }

  @Test
  void trainingInParallelGivesTheSameNumbers() throws Exception {
    int threads = Torch.getNumThreads();
    Torch.setNumThreads(1);
    try {
      List<Model> models = models();
      List<Callable<List<byte[]>>> tasks = new ArrayList<>();
      for (int i = 0; i < models.size(); i++) {
        int seed = i;
        tasks.add(() -> train(models.get(seed), seed));
      }
      List<List<byte[]>> together = atOnce(Executors.newFixedThreadPool(models.size()), tasks);
      List<Model> again = models();
      for (int i = 0; i < again.size(); i++) {
        List<byte[]> alone = train(again.get(i), i);
        for (int p = 0; p < alone.size(); p++) {
          assertThat(together.get(i).get(p))
              .as("model %s, parameter %s", i, p)
              .isEqualTo(alone.get(p));
        }
      }
      assertThat(together.get(0).getFirst()).isNotEqualTo(together.get(1).getFirst());
    } finally {
      Torch.setNumThreads(threads);
    }
  }

  private static void inferAtOnce(ExecutorService executor, int count) throws Exception {
    Torch.manualSeed(0);
    Model model = new Model();
    model.eval();
    Tensor x = Torch.randn(4, 6, 3);
    byte[] expected = model.forward(x).toByteArray();
    List<Callable<byte[]>> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tasks.add(
          () -> {
            try (TensorScope scope = new TensorScope()) {
              return model.forward(x).toByteArray();
            }
          });
    }
    assertThat(atOnce(executor, tasks))
        .hasSize(count)
        .allSatisfy(y -> assertThat(y).isEqualTo(expected));
  }

  @Test
  void inferenceWorksOn32Threads() throws Exception {
    inferAtOnce(Executors.newFixedThreadPool(32), 320);
  }

  @Test
  void inferenceWorksOnAThousandVirtualThreads() throws Exception {
    inferAtOnce(Executors.newVirtualThreadPerTaskExecutor(), 1000);
  }

  @Test
  void callsPreserveTheInterruptStatus() throws Exception {
    Tensor x = ones(64, 64);
    CountDownLatch running = new CountDownLatch(1);
    List<Boolean> interrupted = new ArrayList<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  interrupted.add(computeUntilClosed(x, running).contains("closed"));
                  interrupted.add(Thread.currentThread().isInterrupted());
                  interrupted.add(ones(2).sum().item() == 2);
                });
    running.await();
    for (int i = 0; i < 100; i++) {
      thread.interrupt();
    }
    Thread.sleep(50);
    x.close();
    thread.join();
    assertThat(interrupted).containsExactly(true, true, true);
  }

  /** A call gets the handle before it holds it; the tensor may be unreachable in between. */
  @Test
  void aReachableHandleKeepsItsTensorOpen() throws Exception {
    TensorHandle handle = ones(2).handle();
    for (int i = 0; i < 10; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(handle.isOpen()).isTrue();
  }

  /**
   * Drops tensors, hooks, generators and segments while another thread runs the garbage collector.
   */
  static final class Collected {
    private Collected() {}

    public static void main(String[] args) throws Exception {
      Thread collector =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    while (true) {
                      System.gc();
                    }
                  });
      Linear layer = new Linear(16, 16);
      List<Thread> threads = new ArrayList<>();
      boolean[] right = new boolean[4];
      for (int t = 0; t < right.length; t++) {
        int own = t;
        threads.add(Thread.ofPlatform().start(() -> right[own] = work(layer)));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      if (!collector.isAlive()) {
        throw new IllegalStateException("no collections");
      }
      long live = Torch.memory().liveTensors();
      for (int i = 0; i < 100 && live > 2; i++) {
        Thread.sleep(50);
        live = Torch.memory().liveTensors();
      }
      // Only the two parameters are left; no Java object exists for their gradients.
      System.out.println("live " + live + " of " + layer.parameters().size());
      System.out.println("right " + (right[0] && right[1] && right[2] && right[3]));
    }

    private static boolean work(Linear layer) {
      boolean right = true;
      for (int i = 0; i < 100; i++) {
        Tensor x = ones(4, 16).requiresGrad_(true);
        Tensor twice = x.mul(2);
        twice.registerHook(grad -> grad.mul(3));
        twice.sum().backward();
        right &= x.grad().mean().item() == 6;
        right &= layer.forward(x).shape().equals(Shape.of(4, 16));
        MemorySegment segment = ones(8).add(i).asSegment();
        right &= Torch.rand(new long[] {2}, TensorOptions.DEFAULT, new Generator()).numel() == 2;
        right &= segment.getAtIndex(ValueLayout.JAVA_FLOAT, 7) == i + 1;
      }
      return right;
    }
  }

  @Test
  void constantGarbageCollectionFreesNothingInUse() throws Exception {
    ChildJvm.Result result =
        ChildJvm.run(Collected.class, "-XX:+UseSerialGC", "-Xmx64m", "-XX:-CreateCoredumpOnCrash");
    assertThat(result.status()).as(String.join("\n", result.lines())).isZero();
    assertThat(result.lines()).containsExactly("live 2 of 2", "right true");
  }

  @Test
  void aSecondClassLoaderIsRefused() throws Exception {
    assertThat(Torch.version()).isNotEmpty();
    URL classes = Tensor.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader other =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Class<?> torch = other.loadClass(Torch.class.getName());
      assertThat(torch).isNotSameAs(Torch.class);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> torch.getMethod("version").invoke(null))
            .isInstanceOf(InvocationTargetException.class)
            .cause()
            .isInstanceOf(UnsatisfiedLinkError.class)
            .hasMessageContaining("another class loader")
            .hasMessageContaining("parent");
      }
    }
    assertThat(ones(2).sum().item()).isEqualTo(2);
  }
}
