package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.Generator;
import panama.torch.IndexException;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.Torch;

@Tag("locale")
class DatasetTest {
  @Test
  void mapIsAppliedWhenAnExampleIsRead() {
    AtomicInteger calls = new AtomicInteger();
    Dataset<String> mapped =
        Dataset.of(List.of("a", "b", "c")).map(s -> s + calls.incrementAndGet());
    assertThat(calls).hasValue(0);
    assertThat(mapped.size()).isEqualTo(3);
    assertThat(mapped.get(1)).isEqualTo("b1");
    assertThat(mapped.getItems(2, 0)).containsExactly("c2", "a3");
  }

  @Test
  void subsetsOfSubsetsKeepTheOrder() {
    Subset<String> subset = Dataset.of(List.of("a", "b", "c", "d")).subset(3, 0, 3);
    assertThat(subset.getItems(0, 1, 2)).containsExactly("d", "a", "d");
    assertThat(subset.subset(1, 2).getItems(0, 1)).containsExactly("a", "d");
    assertThat(subset.indices()).containsExactly(3, 0, 3);
    assertThat(subset.getStacked(0)).isNull();
  }

  @Test
  void stackedDatasetsGiveListsOfTheirExamples() {
    var stacked =
        new StackDataset<Object>(List.of(Dataset.of(List.of("a", "b")), Dataset.of(List.of(1, 2))));
    assertThat(stacked.size()).isEqualTo(2);
    assertThat(stacked.getItems(1, 0)).containsExactly(List.of("b", 2), List.of("a", 1));
    assertThatThrownBy(() -> stacked.get(2)).hasMessage("index: expected 0 to 1, got 2");
    assertThatThrownBy(() -> new StackDataset<String>(List.of()))
        .hasMessage("datasets: expected at least one, got none");
    assertThatThrownBy(
            () ->
                new StackDataset<>(
                    List.of(Dataset.of(List.of("a")), Dataset.of(List.of("b", "c")))))
        .hasMessage("datasets[1]: expected 1 examples as in datasets[0], got 2");
  }

  @Test
  void indicesOutOfRangeAreNamed() {
    Dataset<String> dataset = Dataset.of(List.of("a", "b"));
    assertThatThrownBy(() -> dataset.get(2))
        .isInstanceOf(IndexException.class)
        .hasMessage("index: expected 0 to 1, got 2");
    assertThatThrownBy(() -> dataset.subset(0).get(-1)).isInstanceOf(IndexException.class);
    assertThatThrownBy(() -> dataset.subset(0, 5))
        .isInstanceOf(IndexException.class)
        .hasMessageContaining("got 5 at 1");
    assertThatThrownBy(() -> Dataset.of(List.of()).get(0)).hasMessageContaining("empty");
    assertThatThrownBy(() -> new TensorDataset(Torch.ones(2)).get(2))
        .isInstanceOf(IndexException.class);
    assertThatThrownBy(() -> new TensorDataset(Torch.ones(2)).getStacked(0, 2))
        .isInstanceOf(IndexException.class);
  }

  @Property(tries = 50)
  void concatenationHasTheExamplesOfAll(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 4) Integer> sizes) {
    AtomicInteger next = new AtomicInteger();
    List<Dataset<Integer>> parts =
        sizes.stream()
            .map(
                size ->
                    Dataset.of(
                        LongStream.range(0, size).mapToObj(i -> next.getAndIncrement()).toList()))
            .toList();
    var all = new ConcatDataset<>(parts);
    assertThat(all.size()).isEqualTo(next.get());
    for (int i = 0; i < next.get(); i++) {
      assertThat(all.get(i)).isEqualTo(i);
    }
    assertThatThrownBy(() -> all.get(next.get())).isInstanceOf(IndexException.class);
  }

  @Test
  void concatenationOfNothingIsRefused() {
    assertThatThrownBy(() -> new ConcatDataset<>(List.<Dataset<String>>of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property(tries = 50)
  void splitsHaveAllExamplesOnce(
      @ForAll @IntRange(max = 200) int n, @ForAll @IntRange(max = 100) int percent) {
    double first = percent / 100.0;
    var splits =
        Dataset.randomSplit(Numbers.upTo(n), new double[] {first, 1 - first}, new Generator());
    assertThat(
            splits.stream().flatMapToLong(split -> LongStream.of(split.indices())).sorted().boxed())
        .containsExactlyElementsOf(LongStream.range(0, n).boxed().toList());
    assertThat(splits.getFirst().size()).isBetween((long) (n * first), (long) (n * first) + 1);
  }

  @Test
  void splitsThatAreNoPartitionAreRefused() {
    var dataset = Numbers.upTo(10);
    assertThatThrownBy(() -> Dataset.randomSplit(dataset, new long[] {3, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "lengths: expected the sum 10, which is the size of the dataset, got [3, 3] = 6");
    assertThatThrownBy(() -> Dataset.randomSplit(dataset, new long[] {-1, 11}))
        .hasMessage("lengths[0]: expected at least 0, got -1");
    assertThatThrownBy(() -> Dataset.randomSplit(dataset, new double[] {0.5, 0.2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fractions: expected the sum 1, got [0.5, 0.2] = 0.7");
    assertThatThrownBy(() -> Dataset.randomSplit(dataset, new double[] {1.5, -0.5}))
        .hasMessageContaining("fractions[0]");
  }

  @Test
  void tensorsOfDifferentSizesAreRefused() {
    assertThatThrownBy(() -> new TensorDataset(Torch.ones(2), Torch.ones(3)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[2], [3]");
    assertThatThrownBy(() -> new TensorDataset(Torch.tensor(1L)))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(TensorDataset::new).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rowsOfATensorDatasetAreViews() {
    Tensor x = Torch.arange(6).reshape(3, 2);
    var dataset = new TensorDataset(x);
    dataset.get(1).getFirst().zero_();
    assertThat(x.toLongArray()).containsExactly(0, 1, 0, 0, 4, 5);
  }

  @Test
  void sizesWhoseSumOverflowsAreRefused() {
    Dataset<Long> largest =
        new Dataset<>() {
          @Override
          public long size() {
            return Long.MAX_VALUE;
          }

          @Override
          public Long get(long index) {
            return index;
          }
        };
    assertThatThrownBy(() -> new ConcatDataset<>(List.of(largest, largest)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("whose sum is a long, got 9223372036854775807 at 1");
    long[] lengths = {Long.MAX_VALUE, Long.MAX_VALUE, 3};
    assertThatThrownBy(() -> Dataset.randomSplit(Dataset.of(List.of(1)), lengths))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("= 18446744073709551617");
  }
}
