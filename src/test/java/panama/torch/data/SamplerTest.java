package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import panama.torch.Generator;
import panama.torch.IndexException;

/** What {@link DataGoldenTest} does not compare with PyTorch. */
@Tag("locale")
class SamplerTest {
  @Test
  void sequentialSamplerYieldsAllIndicesEachTime() {
    var sampler = new SequentialSampler(Numbers.upTo(3));
    assertThat(sampler).containsExactly(0L, 1L, 2L);
    assertThat(sampler).containsExactly(0L, 1L, 2L);
    assertThat(sampler.size()).isEqualTo(3);
  }

  @Test
  void batchSamplerGroupsIndices() {
    var sampler = new SequentialSampler(Numbers.upTo(5));
    assertThat(Numbers.indices(new BatchSampler(sampler, 2, false)))
        .containsExactly(Numbers.list(0, 1), Numbers.list(2, 3), Numbers.list(4));
    assertThat(Numbers.indices(new BatchSampler(sampler, 2, true)))
        .containsExactly(Numbers.list(0, 1), Numbers.list(2, 3));
    assertThat(new BatchSampler(sampler, 2, false).size()).isEqualTo(3);
    assertThat(new BatchSampler(sampler, 2, true).size()).isEqualTo(2);
    assertThat(new BatchSampler(sampler, 5, true).size()).isEqualTo(1);
  }

  @Test
  void endedIteratorsThrow() {
    var random = new RandomSampler(Numbers.upTo(1)).iterator();
    random.nextLong();
    assertThatThrownBy(random::nextLong).isInstanceOf(NoSuchElementException.class);
    var batches = new BatchSampler(new SequentialSampler(Numbers.upTo(0)), 1, false).iterator();
    assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void weightOfZeroIsNeverDrawn() {
    var sampler = new WeightedRandomSampler(new double[] {0, 1, 0, 3}, 1000, true, new Generator());
    assertThat(sampler).hasSize(1000).containsOnly(1L, 3L);
    assertThat(sampler).filteredOn(index -> index == 3).hasSizeBetween(650, 850);
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertThatThrownBy(() -> new RandomSampler(Numbers.upTo(0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RandomSampler(Numbers.upTo(2), true, 0L, null))
        .hasMessage("numSamples: expected at least 1, got 0");
    assertThatThrownBy(() -> new BatchSampler(new SequentialSampler(Numbers.upTo(2)), 0, false))
        .hasMessage("batchSize: expected at least 1, got 0");
    assertThatThrownBy(() -> new WeightedRandomSampler(new double[] {1, -1}, 2))
        .hasMessage("weights[1]: expected a finite number of at least 0, got -1.0");
    assertThatThrownBy(() -> new WeightedRandomSampler(new double[] {Double.NaN}, 2))
        .hasMessageContaining("weights[0]");
    assertThatThrownBy(() -> new WeightedRandomSampler(new double[] {0, 0}, 2))
        .hasMessageContaining("only zeros");
    assertThatThrownBy(() -> new WeightedRandomSampler(new double[] {}, 2))
        .hasMessageContaining("no weights");
    assertThatThrownBy(() -> new WeightedRandomSampler(new double[] {1, 2}, 3, false, null))
        .hasMessageContaining("numSamples: expected at most the number of weights 2");
    assertThatThrownBy(() -> new DistributedSampler(Numbers.upTo(2), 2, 2))
        .hasMessage("rank: expected 0 to 1, because numReplicas is 2, got 2");
    assertThatThrownBy(() -> new LengthBucketSampler(new long[] {1, -2}, 1))
        .hasMessage("lengths[1]: expected at least 0, got -2");
  }

  // Buckets

  /** Lengths from 5 to 100, most of them short. */
  private static long[] lengths(int n) {
    return LongStream.range(0, n).map(i -> 5 + (i * 7919 % 96) * (i * 104729 % 97) / 97).toArray();
  }

  @Test
  void bucketsWasteLessThanATenthWhereRandomBatchesWasteAThird() {
    long[] lengths = lengths(10_000);
    Generator generator = new Generator();
    var buckets = new LengthBucketSampler(lengths, 64, 50, false, generator);
    var random =
        new BatchSampler(new RandomSampler(Numbers.upTo(lengths.length), generator), 64, false);
    assertThat(buckets.paddingWaste()).isPositive().isLessThan(0.1);
    assertThat(LengthBucketSampler.paddingWaste(random, lengths)).isGreaterThan(0.3);
    assertThat(new LengthBucketSampler(lengths, 64, 1, false, generator).paddingWaste())
        .as("chunks of one batch")
        .isGreaterThan(0.3);
  }

  @Test
  void paddingWasteIsThatOfTheNextEpoch() {
    long[] lengths = lengths(1000);
    var buckets = new LengthBucketSampler(lengths, 16, 3, false, new Generator());
    double next = buckets.paddingWaste();
    assertThat(LengthBucketSampler.paddingWaste(buckets, lengths)).isEqualTo(next);
    assertThat(buckets.paddingWaste()).as("the epoch after it").isNotEqualTo(next);
  }

  @Test
  void paddingWasteIsAShareOfAllPositions() {
    long[] lengths = {1, 3, 2, 2};
    assertThat(
            LengthBucketSampler.paddingWaste(
                List.of(new long[] {0, 1}, new long[] {2, 3}), lengths))
        .isEqualTo(2.0 / 10);
    assertThat(LengthBucketSampler.paddingWaste(List.of(), lengths)).isZero();
  }

  @Test
  void bucketsYieldAllIndicesOnceInAnotherOrderEachEpoch() {
    long[] lengths = lengths(1003);
    var buckets = new LengthBucketSampler(lengths, 16, 5, false, new Generator());
    List<List<Long>> first = Numbers.indices(buckets);
    List<List<Long>> second = Numbers.indices(buckets);
    assertThat(first).hasSize((int) buckets.size()).isNotEqualTo(second);
    assertThat(first.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, 1003).boxed().toList());
    assertThat(first).filteredOn(batch -> batch.size() != 16).hasSize(1);
    var dropping = new LengthBucketSampler(lengths, 16, 5, true, new Generator());
    assertThat(Numbers.indices(dropping))
        .hasSize((int) dropping.size())
        .allMatch(batch -> batch.size() == 16);
  }

  @Test
  void bucketsOfNoSequencesAreEmpty() {
    var buckets = new LengthBucketSampler(new long[] {}, 4);
    assertThat(buckets).isEmpty();
    assertThat(buckets.paddingWaste()).isZero();
  }

  @Test
  void aBatchSizeAboveThatOfTheDatasetMakesOneBatch() {
    var sampler = new SequentialSampler(Numbers.upTo(5000));
    assertThat(new BatchSampler(sampler, Integer.MAX_VALUE, false).iterator().next())
        .hasSize(5000)
        .startsWith(0, 1)
        .endsWith(4999);
    assertThat(new BatchSampler(sampler, Integer.MAX_VALUE, true)).isEmpty();
    assertThat(Numbers.indices(new BatchSampler(sampler, 2000, false)))
        .extracting(List::size)
        .containsExactly(2000, 2000, 1000);
  }

  @Test
  void aShareOfAnOrderedDatasetNeedsNoMemory() {
    Dataset<Long> large = sized(1L << 40);
    Iterator<Long> share = new DistributedSampler(large, 3, 1, false, 0, false).iterator();
    assertThat(share.next()).isEqualTo(1);
    assertThat(share.next()).isEqualTo(4);
  }

  private static Dataset<Long> sized(long size) {
    return new Dataset<>() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public Long get(long index) {
        return index;
      }
    };
  }

  @Test
  void indicesWithoutALengthAreRefused() {
    assertThatThrownBy(
            () -> LengthBucketSampler.paddingWaste(List.of(new long[] {0, 2}), new long[] {5, 6}))
        .isInstanceOf(IndexException.class)
        .hasMessage("index: expected 0 to 1, got 2");
  }

  @Test
  void aDatasetWithoutAValidSizeCannotBeShuffled() {
    assertThatThrownBy(() -> new RandomSampler(sized(-3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dataset: expected at least one example, got the size -3");
    List<Long> examples = new ArrayList<>(List.of(1L));
    var sampler = new RandomSampler(Dataset.of(examples));
    examples.clear();
    assertThatThrownBy(sampler::iterator)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("an empty dataset cannot be shuffled");
  }

  @Test
  void noDatasetIsRefusedAtOnce() {
    assertThatThrownBy(() -> new SequentialSampler(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("dataset");
    assertThatThrownBy(() -> new BatchSampler(null, 1, false)).hasMessage("sampler");
  }
}
