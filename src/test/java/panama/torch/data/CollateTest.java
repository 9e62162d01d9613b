package panama.torch.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import panama.torch.DType;
import panama.torch.Device;
import panama.torch.LiveTensors;
import panama.torch.Shape;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.utils.rnn.PackedSequence;
import panama.torch.nn.utils.rnn.PaddingSide;
import panama.torch.nn.utils.rnn.Sequences;

class CollateTest {
  private static Tensor sequence(long... elements) {
    return Torch.tensor(elements);
  }

  private static List<Tensor> example(long target, long... elements) {
    return List.of(sequence(elements), Torch.tensor(target));
  }

  private static final List<List<Tensor>> EXAMPLES =
      List.of(example(10, 1, 2), example(20, 3, 4, 5, 6), example(30, 7));

  @Test
  void tensorsListsAndMapsAreStacked() {
    Tensor stacked =
        Collate.<Tensor>stack().collate(List.of(sequence(1, 2), sequence(3, 4), sequence(5, 6)));
    assertThat(stacked.shape()).isEqualTo(Shape.of(3, 2));
    assertThat(stacked.toLongArray()).containsExactly(1, 2, 3, 4, 5, 6);
    Map<String, List<Tensor>> maps =
        Collate.<Map<String, List<Tensor>>>stack()
            .collate(List.of(Map.of("x", List.of(sequence(1))), Map.of("x", List.of(sequence(2)))));
    assertThat(maps.get("x").getFirst().toLongArray()).containsExactly(1, 2);
  }

  @Test
  void examplesThatDoNotMatchAreNamed() {
    assertThatThrownBy(() -> Collate.<Tensor>stack().collate(List.of(sequence(1), sequence(1, 2))))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "examples: expected tensors of one shape, got [1] and [2]; PadCollate pads sequences of"
                + " different lengths");
    assertThatThrownBy(
            () ->
                Collate.<List<Tensor>>stack()
                    .collate(List.of(List.of(sequence(1)), List.of(sequence(1), sequence(2)))))
        .hasMessageContaining("got 1 and 2");
    assertThatThrownBy(
            () ->
                Collate.<Map<String, Tensor>>stack()
                    .collate(List.of(Map.of("x", sequence(1)), Map.of("y", sequence(1)))))
        .hasMessageContaining("the keys [x], got [y]");
    assertThatThrownBy(() -> Collate.<Object>stack().collate(List.of(sequence(1), "text")))
        .hasMessageContaining("java.lang.String");
    assertThatThrownBy(() -> Collate.<Tensor>stack().collate(List.of()))
        .hasMessageContaining("got none");
  }

  @Test
  void numbersHaveTheTypeOfTheFirst() {
    Tensor doubles = Collate.numbers().collate(List.of(0.1, 2.0));
    assertThat(doubles.dtype()).isEqualTo(DType.FLOAT64);
    assertThat(doubles.toDoubleArray()).containsExactly(0.1, 2.0);
    assertThat(Collate.numbers().collate(List.of(0.1f, 2f)).dtype()).isEqualTo(DType.FLOAT32);
    Tensor integers = Collate.numbers().collate(List.of(Long.MAX_VALUE, 3L));
    assertThat(integers.toLongArray()).containsExactly(Long.MAX_VALUE, 3);
    assertThat(Collate.numbers().collate(List.of(1, 3)).dtype()).isEqualTo(DType.INT64);
    assertThatThrownBy(() -> Collate.numbers().collate(List.of(1, 0.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 0.5");
  }

  // Padding

  @Test
  void sequencesArePaddedWithLengthsAndTargets() {
    PaddedBatch batch = new PadCollate().collate(EXAMPLES);
    assertThat(batch.data().shape()).isEqualTo(Shape.of(3, 4));
    assertThat(batch.data().toLongArray()).containsExactly(1, 2, 0, 0, 3, 4, 5, 6, 7, 0, 0, 0);
    assertThat(batch.lengths().toLongArray()).containsExactly(2, 4, 1);
    assertThat(batch.lengths().device()).isEqualTo(Device.CPU);
    assertThat(batch.targets().toLongArray()).containsExactly(10, 20, 30);
    assertThat(batch.toString()).startsWith("PaddedBatch").contains("lengths");
  }

  @Test
  void sideValueAndOrderOfDimensionsAreOptions() {
    PaddedBatch batch =
        PadCollate.builder()
            .paddingSide(PaddingSide.LEFT)
            .paddingValue(-1)
            .batchFirst(false)
            .build()
            .collate(EXAMPLES);
    assertThat(batch.data().shape()).isEqualTo(Shape.of(4, 3));
    assertThat(batch.data().t().contiguous().toLongArray())
        .containsExactly(-1, -1, 1, 2, 3, 4, 5, 6, -1, -1, -1, 7);
  }

  @Test
  void longSequencesAreShortenedAtEitherSide() {
    PaddedBatch beginning = PadCollate.builder().maxLength(2).build().collate(EXAMPLES);
    assertThat(beginning.data().toLongArray()).containsExactly(1, 2, 3, 4, 7, 0);
    assertThat(beginning.lengths().toLongArray()).containsExactly(2, 2, 1);
    PaddedBatch end = PadCollate.builder().maxLength(2, PaddingSide.LEFT).build().collate(EXAMPLES);
    assertThat(end.data().toLongArray()).containsExactly(1, 2, 5, 6, 7, 0);
    assertThatThrownBy(() -> PadCollate.builder().maxLength(0))
        .hasMessage("maxLength: expected at least 1, got 0");
  }

  @Test
  void targetsOfEachStepArePaddedToo() {
    List<List<Tensor>> tagged =
        List.of(
            List.of(Torch.ones(2, 3), sequence(1, 2)),
            List.of(Torch.ones(4, 3), sequence(3, 4, 5, 6)));
    PaddedBatch batch = PadCollate.builder().padTargets(-100).maxLength(3).build().collate(tagged);
    assertThat(batch.data().shape()).isEqualTo(Shape.of(2, 3, 3));
    assertThat(batch.targets().toLongArray()).containsExactly(1, 2, -100, 3, 4, 5);
    assertThatThrownBy(() -> new PadCollate().collate(tagged)).isInstanceOf(ShapeException.class);
  }

  @Test
  void targetsMayHaveLengthsOfTheirOwn() {
    List<List<Tensor>> translations =
        List.of(List.of(sequence(1), sequence(5, 6, 7)), List.of(sequence(2, 3), sequence(8)));
    PaddedBatch batch = PadCollate.builder().padTargets(-1).build().collate(translations);
    assertThat(batch.data().toLongArray()).containsExactly(1, 0, 2, 3);
    assertThat(batch.lengths().toLongArray()).containsExactly(1, 2);
    assertThat(batch.targets().shape()).isEqualTo(Shape.of(2, 3));
    assertThat(batch.targets().toLongArray()).containsExactly(5, 6, 7, 8, -1, -1);
  }

  @Test
  void sequencesWithoutTargetsArePadded() {
    List<Tensor> sequences = List.of(sequence(1), sequence(2, 3), sequence());
    var batch = new PadCollate().sequences().collate(sequences);
    assertThat(batch.data().toLongArray()).containsExactly(1, 0, 2, 3, 0, 0);
    assertThat(batch.lengths().toLongArray()).containsExactly(1, 2, 0);
    assertThatThrownBy(() -> new PadCollate().collate(List.of(sequences)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 3 tensors");
    assertThatThrownBy(() -> new PadCollate().sequences().collate(List.of(Torch.tensor(1L))))
        .isInstanceOf(ShapeException.class);
  }

  @Property(tries = 60)
  void paddingEqualsPadSequence(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(max = 9) Integer> lengths,
      @ForAll @IntRange(max = 2) int features,
      @ForAll boolean batchFirst,
      @ForAll PaddingSide side,
      @ForAll boolean half) {
    DType dtype = half ? DType.FLOAT16 : DType.INT32;
    List<Tensor> sequences =
        lengths.stream()
            .map(
                l ->
                    features == 0
                        ? Torch.arange(l).to(dtype)
                        : Torch.arange((long) l * features).reshape(l, features).to(dtype))
            .toList();
    Tensor expected = Sequences.padSequence(sequences, batchFirst, -3, side);
    Tensor padded =
        PadCollate.builder()
            .batchFirst(batchFirst)
            .paddingSide(side)
            .paddingValue(-3)
            .build()
            .sequences()
            .collate(sequences)
            .data();
    assertThat(padded.shape()).isEqualTo(expected.shape());
    assertThat(padded.dtype()).isEqualTo(dtype);
    assertThat(padded.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @Test
  void sequencesThatDoNotMatchAreRefusedAsByPadSequence() {
    var pad = new PadCollate().sequences();
    assertThatThrownBy(() -> pad.collate(List.of(Torch.ones(2, 3), Torch.ones(2, 4))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected all of shape (L_i, 3), got [2, 4] at 1");
    assertThatThrownBy(() -> pad.collate(List.of(Torch.ones(2, 3), Torch.ones(2))))
        .isInstanceOf(ShapeException.class);
    assertThatThrownBy(() -> pad.collate(List.of())).isInstanceOf(IllegalArgumentException.class);
    Tensor mixed = pad.collate(List.of(sequence(1), Torch.tensor(new float[] {2.5f, 1}))).data();
    assertThat(mixed.dtype()).as("the type of the first").isEqualTo(DType.INT64);
  }

  // Packing

  @Test
  void packedSequencesAreThoseOfTheExamplesInTheirOrder() {
    PackedBatch batch = new PackCollate().collate(EXAMPLES);
    List<Tensor> sequences = Sequences.unpackSequence(batch.data());
    assertThat(sequences.stream().map(Tensor::toLongArray))
        .containsExactly(new long[] {1, 2}, new long[] {3, 4, 5, 6}, new long[] {7});
    assertThat(batch.targets().toLongArray()).containsExactly(10, 20, 30);
    PackedSequence shortened =
        new PackCollate(1, PaddingSide.LEFT)
            .sequences()
            .collate(List.of(sequence(1, 2), sequence(3)));
    assertThat(shortened.data().toLongArray()).containsExactly(2, 3);
    assertThatThrownBy(() -> new PackCollate().sequences().collate(List.of(sequence())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void loadersFreeAllButTheBatch() {
    long before = LiveTensors.settled();
    List<PaddedBatch> padded = new ArrayList<>();
    try (var scope = new TensorScope();
        var pad =
            DataLoader.builder(Dataset.of(EXAMPLES))
                .batchSize(2)
                .collate(PadCollate.builder().maxLength(2).build())
                .build();
        var pack =
            DataLoader.builder(Dataset.of(EXAMPLES))
                .batchSize(3)
                .collate(new PackCollate())
                .workers(1)
                .build()) {
      pad.forEach(padded::add);
      assertThat(padded).hasSize(2);
      assertThat(scope.statistics().alive()).isEqualTo(2 * 3);
      assertThat(pack.iterator().next().data().batchSize()).isEqualTo(3);
      assertThat(scope.statistics().alive()).isEqualTo(2 * 3 + 5);
    }
    assertThat(LiveTensors.settled()).isLessThanOrEqualTo(before);
    assertThat(EXAMPLES.getFirst()).noneMatch(Tensor::isClosed);
  }

  @Test
  void noExamplesAreRefused() {
    for (Collate<?, ?> collate : List.of(Collate.numbers(), new PadCollate(), new PackCollate())) {
      assertThatThrownBy(() -> collate.collate(List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected at least one");
    }
  }
}
