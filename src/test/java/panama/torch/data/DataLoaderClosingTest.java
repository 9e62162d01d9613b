package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.LiveTensors;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

@Timeout(60)
class DataLoaderClosingTest {
  private static DataLoader.Builder<Tensor, Tensor> tensors(int n) {
    return DataLoader.builder(Numbers.upTo(n).map(number -> Torch.ones(8).mul(number)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void closingInTheMiddleOfAnEpochLeavesNoThreadAndNoTensor(int workers) {
    long before = LiveTensors.settled();
    List<Thread> others = Waiting.workersSince(List.of());
    try (var loader = tensors(100).batchSize(4).workers(workers).build()) {
      for (int epoch = 0; epoch < 3; epoch++) {
        try (var scope = new TensorScope()) {
          var iterator = loader.iterator();
          iterator.next();
          iterator.next();
          assertThat(iterator.hasNext()).isTrue();
        }
      }
      assertThat(Waiting.workersSince(others)).hasSize(workers);
    }
    assertThat(Torch.memory().liveTensors())
        .as("without the collector")
        .isLessThanOrEqualTo(before);
    assertThat(Waiting.until(() -> Waiting.workersSince(others).isEmpty())).isTrue();
  }

  @Test
  void workersOfAFullEpochFreeAllThatTheyMakeOnTheWay() {
    long before = LiveTensors.settled();
    try (var loader = tensors(64).batchSize(4).workers(2).build();
        var scope = new TensorScope()) {
      int count = 0;
      for (Tensor batch : loader) {
        batch.close();
        count++;
      }
      assertThat(count).isEqualTo(16);
      assertThat(Torch.memory().liveTensors()).isLessThanOrEqualTo(before);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aClosedLoaderOrIteratorSaysSo(int workers) {
    var loader = tensors(9).workers(workers).build();
    var open = loader.iterator();
    open.next();
    var closed = loader.iterator();
    closed.close();
    assertThatThrownBy(closed::hasNext).isInstanceOf(IllegalStateException.class);
    assertThat(open.hasNext()).as("the other iteration").isTrue();
    loader.close();
    loader.close();
    assertThatThrownBy(open::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(loader::iterator)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("this loader is closed");
    assertThatThrownBy(loader::state).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void prefetchIsBounded() {
    AtomicInteger loaded = new AtomicInteger();
    var dataset = Numbers.upTo(100).map(number -> (Number) loaded.incrementAndGet());
    try (var loader =
        DataLoader.builder(dataset).collate(Collate.numbers()).workers(2).prefetch(3).build()) {
      var iterator = loader.iterator();
      iterator.next();
      iterator.next();
      assertThat(Waiting.until(() -> loaded.get() == 8)).isTrue();
      Waiting.pause(30);
      assertThat(loaded).as("taken, and prefetch x workers").hasValue(2 + 6);
    }
  }

  @Test
  void closingWaitsForExamplesThatAreBeingReadWithoutInterrupting() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean finished = new AtomicBoolean();
    var dataset =
        Numbers.upTo(10)
            .map(
                number -> {
                  reading.countDown();
                  Waiting.await(release);
                  finished.set(true);
                  return (Number) number;
                });
    var loader = DataLoader.builder(dataset).collate(Collate.numbers()).workers(1).build();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread consumer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    loader.iterator().next();
                  } catch (RuntimeException e) {
                    thrown.set(e);
                  }
                });
    Waiting.await(reading);
    Thread closer = Thread.ofPlatform().start(loader::close);
    Waiting.pause(30);
    assertThat(closer.isAlive()).isTrue();
    release.countDown();
    closer.join();
    consumer.join();
    assertThat(finished).isTrue();
    assertThat(thrown.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void anInterruptedThreadStopsWaitingAndCanContinue() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    var dataset =
        Numbers.upTo(4)
            .map(
                number -> {
                  Waiting.await(release);
                  return (Number) number;
                });
    try (var loader = DataLoader.builder(dataset).collate(Collate.numbers()).workers(1).build()) {
      var iterator = loader.iterator();
      Thread.currentThread().interrupt();
      assertThatThrownBy(iterator::next)
          .isInstanceOf(DataLoaderException.class)
          .hasMessageContaining("interrupted")
          .hasCauseInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).as("the status is kept").isTrue();
      release.countDown();
      assertThat(iterator.next().toLongArray()).as("no batch is lost").containsExactly(0);
    }
  }

  @Test
  void closingOnAnInterruptedThreadInterruptsTheWorkers() {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch reading = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    var dataset =
        Numbers.upTo(4)
            .map(
                number -> {
                  reading.countDown();
                  try {
                    Waiting.await(never);
                  } catch (IllegalStateException e) {
                    interrupted.set(e.getMessage().equals("interrupted"));
                  }
                  return (Number) number;
                });
    var loader = DataLoader.builder(dataset).collate(Collate.numbers()).workers(1).build();
    var iterator = loader.iterator();
    Thread.currentThread().interrupt();
    assertThatThrownBy(iterator::hasNext).isInstanceOf(DataLoaderException.class);
    assertThat(Thread.interrupted()).isTrue();
    Waiting.await(reading);
    Thread.currentThread().interrupt();
    loader.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Waiting.until(interrupted::get)).isTrue();
  }

  @Test
  void closingEndsAReaderThatWaitsForMoreOfAStream() {
    BlockingQueue<Long> messages = new LinkedBlockingQueue<>(List.of(1L, 2L));
    IterableDataset<Long> stream =
        IterableDataset.ofIterators(
            () ->
                new Iterator<>() {
                  @Override
                  public boolean hasNext() {
                    return true;
                  }

                  @Override
                  public Long next() {
                    try {
                      return messages.take();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  }
                });
    List<Thread> others = Waiting.workersSince(List.of());
    List<Long> taken = new ArrayList<>();
    try (var loader = DataLoader.builder(stream).collate(Collate.numbers()).workers(1).build()) {
      var iterator = loader.iterator();
      taken.add(iterator.next().itemLong());
      taken.add(iterator.next().itemLong());
    }
    assertThat(taken).containsExactly(1L, 2L);
    assertThat(Waiting.until(() -> Waiting.workersSince(others).isEmpty())).isTrue();
  }

  @Test
  void epochsLeftEarlyShareTheWorkers() {
    try (var loader = tensors(50).batchSize(2).workers(2).build()) {
      List<Thread> others = Waiting.workersSince(List.of());
      for (int epoch = 0; epoch < 20; epoch++) {
        loader.iterator().next().close();
      }
      assertThat(Waiting.workersSince(others)).hasSizeBetween(1, 2);
    }
  }

  @Test
  void virtualThreadsTakeBatches() throws Exception {
    List<List<Long>> numbers = new ArrayList<>();
    try (var loader = Numbers.loader(6).batchSize(2).workers(2).build()) {
      Thread.ofVirtual().start(() -> numbers.addAll(Numbers.epoch(loader))).join();
    }
    assertThat(numbers).containsExactly(Numbers.list(0, 1), Numbers.list(2, 3), Numbers.list(4, 5));
  }
}
