package panama.torch.nn.utils.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.arange;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.zeros;
import static panama.torch.nn.utils.rnn.Sequences.invertPermutation;
import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.packSequence;
import static panama.torch.nn.utils.rnn.Sequences.padPackedSequence;
import static panama.torch.nn.utils.rnn.Sequences.padSequence;
import static panama.torch.nn.utils.rnn.Sequences.unpackSequence;
import static panama.torch.nn.utils.rnn.Sequences.unpadSequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.DType;
import panama.torch.Device;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

class SequencesTest {
  @Test
  void aPackedSequenceHoldsItsTensors() {
    PackedSequence packed = packPaddedSequence(ones(2, 3), new long[] {1, 2}, true, false);
    List<Tensor> held = new ArrayList<>();
    packed.forEachTensor(held::add);
    assertThat(held)
        .containsExactly(
            packed.data(), packed.batchSizes(), packed.sortedIndices(), packed.unsortedIndices());
    assertThat(packed.batchSize()).isEqualTo(2);
    assertThat(packed.withData(zeros(3)).batchSize()).isEqualTo(2);
  }

  @Test
  void padsToTheLongest() {
    List<Tensor> sequences = List.of(arange(1, 3, 1), arange(3, 6, 1));
    assertThat(padSequence(sequences, true, 0).toLongArray()).containsExactly(1, 2, 0, 3, 4, 5);
    assertThat(padSequence(sequences, false, 9).toLongArray()).containsExactly(1, 3, 2, 4, 9, 5);
    assertThat(padSequence(sequences, true, 0, PaddingSide.LEFT).toLongArray())
        .containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void packsStepByStep() {
    Tensor padded = tensor(new long[][] {{1, 2, 3}, {4, 0, 0}, {5, 6, 0}});
    PackedSequence packed = packPaddedSequence(padded, new long[] {3, 1, 2}, true, false);
    assertThat(packed.data().toLongArray()).containsExactly(1, 5, 4, 2, 6, 3);
    assertThat(packed.batchSizes().toLongArray()).containsExactly(3, 2, 1);
    assertThat(packed.sortedIndices().toLongArray()).containsExactly(0, 2, 1);
    assertThat(packed.unsortedIndices().toLongArray()).containsExactly(0, 2, 1);
    assertThat(packed.batchSize()).isEqualTo(3);

    PaddedSequence back = padPackedSequence(packed, true, -1, 4);
    assertThat(back.data().toLongArray()).containsExactly(1, 2, 3, -1, 4, -1, -1, -1, 5, 6, -1, -1);
    assertThat(back.lengths().toLongArray()).containsExactly(3, 1, 2);
    assertThatThrownBy(() -> padPackedSequence(packed, true, 0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("longest length 3, got 2");
  }

  @Property(tries = 200)
  void unpackingUndoesPacking(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 9) Integer> lengths,
      @ForAll boolean batchFirst) {
    try (var scope = new TensorScope()) {
      List<Tensor> sequences =
          lengths.stream().map(l -> arange(1, 2L * l + 1, 1).reshape(l, 2)).toList();
      Tensor padded = padSequence(sequences, batchFirst, 0);
      long[] sizes = lengths.stream().mapToLong(Integer::longValue).toArray();
      PackedSequence packed = packPaddedSequence(padded, sizes, batchFirst, false);
      PaddedSequence back = padPackedSequence(packed, batchFirst);
      assertThat(back.data().shape()).isEqualTo(padded.shape());
      assertThat(back.data().toLongArray()).containsExactly(padded.toLongArray());
      assertThat(back.lengths().toLongArray()).containsExactly(sizes);
      assertThat(packed.data().size(0)).isEqualTo(Arrays.stream(sizes).sum());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          3,2   | true  | expected N=3 lengths
          3,0,1 | true  | from 1 to L=4
          5,2,1 | true  | from 1 to L=4
          1,2,3 | true  | enforceSorted=false
          2,1   | false | expected N=4 lengths
          """)
  void refusesInvalidLengths(String lengths, boolean batchFirst, String message) {
    long[] given = Arrays.stream(lengths.split(",")).mapToLong(Long::parseLong).toArray();
    assertThatThrownBy(() -> packPaddedSequence(zeros(3, 4, 2), given, batchFirst, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void acceptsLengthsAsArraysAndTensors() {
    Tensor x = arange(8).view(2, 4);
    String expected = packPaddedSequence(x, new long[] {4, 2}, true).toString();
    assertThat(packPaddedSequence(x, new int[] {4, 2}, true)).hasToString(expected);
    assertThat(packPaddedSequence(x, tensor(new long[] {4, 2}), true)).hasToString(expected);
    assertThat(packPaddedSequence(x, tensor(new int[] {4, 2}), true)).hasToString(expected);
    assertThat(packPaddedSequence(x, tensor(new float[] {4.7f, 2}), true)).hasToString(expected);
    assertThat(packPaddedSequence(x, new int[] {2, 4}, true, false).data().toLongArray())
        .containsExactly(4, 0, 5, 1, 6, 7);
    assertThatThrownBy(() -> packPaddedSequence(x, tensor(new long[][] {{4, 2}}), true))
        .hasMessage("lengths: expected shape (N), got [1, 2]");
    assertThatThrownBy(() -> packPaddedSequence(x, new int[] {1, 2}, true))
        .hasMessageContaining("enforceSorted=false");
  }

  /** Sequences of equal length have the order that libtorch's sort gives them. */
  @Test
  void equalLengthsAreSortedAsByLibtorch() {
    long[] lengths = new long[64];
    Arrays.setAll(lengths, i -> 1 + i % 3);
    PackedSequence packed = packPaddedSequence(zeros(64, 3), lengths, true, false);
    assertThat(packed.sortedIndices().toLongArray())
        .containsExactly(
            Torch.op("aten::sort")
                .arg(tensor(lengths))
                .arg(-1)
                .arg(true)
                .call()
                .tensor(1)
                .toLongArray());
  }

  @Test
  void convertsOnlyItsData() {
    PackedSequence packed = packSequence(List.of(ones(1), ones(2)), false);
    PackedSequence twice = packed.to(DType.FLOAT64);
    assertThat(twice.data().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(twice.batchSizes()).isSameAs(packed.batchSizes());
    assertThat(twice.sortedIndices().dtype()).isEqualTo(DType.INT64);
    assertThat(twice.to(DType.FLOAT64)).isSameAs(twice);
    assertThat(twice.to(Device.CPU)).isSameAs(twice);
  }

  @Test
  void computesTheInverseOfSortedIndices() {
    Tensor order = tensor(new long[] {2, 0, 1});
    PackedSequence packed = new PackedSequence(ones(3), tensor(new long[] {3}), order, null);
    assertThat(packed.unsortedIndices().toLongArray()).containsExactly(1, 2, 0);
    assertThatThrownBy(() -> new PackedSequence(ones(3), ones(1), null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "batchSizes: expected one dimension of int64 on the CPU, not empty, got float32[1]");
    assertThatThrownBy(() -> invertPermutation(tensor(new int[] {0})))
        .hasMessage("permutation: expected (N), int64, got [1], int32");
    assertThatThrownBy(() -> invertPermutation(tensor(new long[] {0, 5})))
        .hasMessageContaining("out of bounds");
  }

  /**
   * Unlike PyTorch's function, which transposes its argument in place, it does not change the
   * argument.
   */
  @Test
  void unpaddingCopies() {
    Tensor padded = ones(3, 2);
    List<Tensor> sequences = unpadSequence(padded, new long[] {3, -1}, false);
    sequences.getFirst().zero_();
    assertThat(padded.sum().item()).isEqualTo(6);
    assertThat(padded.shape()).isEqualTo(Shape.of(3, 2));
    assertThat(sequences.get(1).shape()).isEqualTo(Shape.of(0));
    assertThatThrownBy(() -> unpadSequence(padded, new long[] {3, 2, 1}, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("expected N=2 lengths", "is batchFirst=false right?");
    assertThatThrownBy(() -> unpadSequence(ones(3), new long[] {3}, false))
        .hasMessage("padded: expected (L, N, *), got [3]");
  }

  @Property(tries = 100)
  void unpackingUndoesPackingOfLists(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 9) Integer> lengths) {
    try (var scope = new TensorScope()) {
      List<Tensor> sequences =
          lengths.stream().map(l -> arange(1, 2L * l + 1, 1).reshape(l, 2)).toList();
      List<Tensor> back = unpackSequence(packSequence(sequences, false));
      assertThat(back).hasSameSizeAs(sequences);
      for (int i = 0; i < back.size(); i++) {
        assertThat(back.get(i).shape()).isEqualTo(sequences.get(i).shape());
        assertThat(back.get(i).toLongArray()).containsExactly(sequences.get(i).toLongArray());
      }
    }
  }

  @Test
  void refusesInvalidSequences() {
    assertThatThrownBy(() -> packSequence(List.of()))
        .hasMessage("sequences: expected at least one, got none");
    assertThatThrownBy(() -> packSequence(List.of(ones(2), ones(0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from 1 to L=2");
    assertThatThrownBy(() -> packSequence(List.of(tensor(1.0))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> packPaddedSequence(zeros(0, 4), new long[] {}, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one sequence");

    assertThatThrownBy(() -> padSequence(List.of(), true, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> padSequence(List.of(ones(2, 3), ones(2, 4)), true, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(L_i, 3), got [2, 4] at 1");
    assertThatThrownBy(() -> padSequence(List.of(ones(2, 3), ones(2, 1)), true, 0))
        .hasMessageContaining("(L_i, 3), got [2, 1] at 1");
    assertThatThrownBy(() -> packPaddedSequence(ones(3), new long[] {1}, true, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(N, L, *)");
    assertThat(padSequence(List.of(ones(0), ones(2)), true, 0).shape()).isEqualTo(Shape.of(2, 2));
  }
}
