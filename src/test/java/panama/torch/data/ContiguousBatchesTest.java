package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.CrossEntropyLoss;

class ContiguousBatchesTest {
  /** The tokens 10, 11, 12, and so on. */
  private static Tensor tokens(long count) {
    return Torch.tensor(LongStream.range(10, 10 + count).toArray());
  }

  private static long[] numbers(Tensor tensor) {
    return tensor.contiguous().toLongArray();
  }

  @Test
  void rowsOfABatchContinueThoseOfTheBatchBefore() {
    List<List<Tensor>> batches = List.copyOf(new ContiguousBatches(tokens(7), 2, 2));
    assertThat(batches).hasSize(2);
    assertThat(batches.get(0).get(0).shape()).isEqualTo(Shape.of(2, 2));
    assertThat(numbers(batches.get(0).get(0))).containsExactly(10, 13, 11, 14);
    assertThat(numbers(batches.get(0).get(1))).containsExactly(11, 14, 12, 15);
    assertThat(batches.get(1).get(0).shape()).isEqualTo(Shape.of(1, 2));
    assertThat(numbers(batches.get(1).get(0))).containsExactly(12, 15);
    assertThat(numbers(batches.get(1).get(1))).containsExactly(13, 16);
  }

  @Test
  void theEndOfTheLastStreamIsFilledUpWithIgnoredTargets() {
    List<Tensor> batch = new ContiguousBatches(tokens(6), 2, 9).iterator().next();
    assertThat(numbers(batch.get(0))).containsExactly(10, 13, 11, 14, 12, 0);
    assertThat(numbers(batch.get(1))).containsExactly(11, 14, 12, 15, 13, -100);

    Tensor logits = Torch.randn(6, 16);
    Tensor loss = new CrossEntropyLoss().forward(logits, batch.get(1).flatten());
    Tensor counted = logits.slice(0, 0, 5).contiguous();
    Tensor targets = batch.get(1).flatten().slice(0, 0, 5);
    assertThat(loss.item()).isEqualTo(new CrossEntropyLoss().forward(counted, targets).item());
  }

  @ParameterizedTest
  @CsvSource({"2,1,1", "23,1,5", "23,4,5", "23,22,5", "24,5,1", "100,7,4", "100,8,1000"})
  void everyTokenExceptTheFirstIsATargetOnceAndFollowsItsInput(int count, int streams, int length) {
    var batches = new ContiguousBatches(tokens(count), streams, length);
    assertThat(batches).hasSameSizeAs(List.copyOf(batches));
    List<List<Long>> read = new ArrayList<>();
    for (int stream = 0; stream < streams; stream++) {
      read.add(new ArrayList<>());
    }
    for (List<Tensor> batch : batches) {
      long[] input = numbers(batch.get(0));
      long[] target = numbers(batch.get(1));
      assertThat(input.length).isLessThanOrEqualTo(streams * length);
      for (int i = 0; i < target.length; i++) {
        if (target[i] != -100) {
          assertThat(target[i]).isEqualTo(input[i] + 1);
          read.get(i % streams).add(target[i]);
        }
      }
    }
    assertThat(read.stream().flatMap(List::stream).mapToLong(Long::longValue).toArray())
        .isEqualTo(LongStream.range(11, 10 + count).toArray());
  }

  @Test
  void theyAreThoseOfAPlainLoop() {
    long[] text = Torch.randint(50, new long[] {61}).toLongArray();
    int streams = 4;
    int length = 6;
    int rows = 60 / streams;
    Iterator<List<Tensor>> batches =
        new ContiguousBatches(Torch.tensor(text), streams, length).iterator();
    for (int start = 0; start < rows; start += length) {
      int steps = Math.min(length, rows - start);
      long[] input = new long[steps * streams];
      long[] target = new long[steps * streams];
      for (int step = 0; step < steps; step++) {
        for (int stream = 0; stream < streams; stream++) {
          input[step * streams + stream] = text[stream * rows + start + step];
          target[step * streams + stream] = text[stream * rows + start + step + 1];
        }
      }
      List<Tensor> batch = batches.next();
      assertThat(numbers(batch.get(0))).isEqualTo(input);
      assertThat(numbers(batch.get(1))).isEqualTo(target);
    }
    assertThat(batches.hasNext()).isFalse();
    assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void theScopeOfTheLoopFreesOnlyViews() {
    var batches = new ContiguousBatches(tokens(9), 2, 4);
    List<Tensor> batch;
    try (TensorScope scope = new TensorScope()) {
      batch = batches.iterator().next();
    }
    assertThat(batch).allMatch(Tensor::isClosed);
    assertThat(numbers(batches.iterator().next().getFirst())).startsWith(10, 14);
  }

  @Test
  void argumentsAreChecked() {
    assertThatThrownBy(() -> new ContiguousBatches(tokens(4), 4, 2))
        .isInstanceOf(ShapeException.class)
        .hasMessage("tokens: expected at least streams + 1 = 5, got 4; use fewer streams");
    assertThatThrownBy(() -> new ContiguousBatches(tokens(4).view(2, 2), 2, 2))
        .isInstanceOf(ShapeException.class)
        .hasMessage("tokens: expected shape (T), got [2, 2]; use flatten()");
    assertThatThrownBy(() -> new ContiguousBatches(tokens(4).to(DType.INT32), 2, 2))
        .isInstanceOf(DTypeException.class)
        .hasMessageStartingWith("tokens: expected indices of INT64, got");
    assertThatThrownBy(() -> new ContiguousBatches(tokens(4), 0, 2))
        .hasMessage("streams: expected at least 1, got 0");
    assertThatThrownBy(() -> new ContiguousBatches(tokens(4), 1, 0))
        .hasMessage("length: expected at least 1, got 0");
  }

  @Test
  void itPrintsItsSizes() {
    assertThat(new ContiguousBatches(tokens(9), 2, 3))
        .hasToString("ContiguousBatches(2 streams of 4 tokens, 2 batches of length 3)");
  }
}
