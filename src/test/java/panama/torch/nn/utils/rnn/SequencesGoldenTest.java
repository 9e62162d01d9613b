package panama.torch.nn.utils.rnn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static panama.torch.nn.utils.rnn.Sequences.invertPermutation;
import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.packSequence;
import static panama.torch.nn.utils.rnn.Sequences.padPackedSequence;
import static panama.torch.nn.utils.rnn.Sequences.padSequence;
import static panama.torch.nn.utils.rnn.Sequences.unpackSequence;
import static panama.torch.nn.utils.rnn.Sequences.unpadSequence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.Torch;
import panama.torch.io.SafeTensors;

/** Padding and packing only move numbers, so that the results must be exactly equal. */
@Tag("locale")
class SequencesGoldenTest {
  private static final Golden GOLDEN = Golden.of("sequences");
  private static final TensorOptions DOUBLE = TensorOptions.of(DType.FLOAT64);
  private static final long N = 3;
  private static final long L = 4;

  private static Tensor leaf(long... sizes) {
    return Torch.randn(sizes, DOUBLE).requiresGrad_(true);
  }

  private static void check(String name, List<Tensor> parts) {
    GOLDEN.checkRelative(name, 1e-15, parts.stream().map(p -> p.to(DType.FLOAT64)).toList());
  }

  @ParameterizedTest
  @CsvSource({
    "false, sorted, 0",
    "false, sorted, 1",
    "false, unsorted, 0",
    "false, unsorted, 1",
    "false, ties, 0",
    "false, ties, 1",
    "true, sorted, 0",
    "true, sorted, 1",
    "true, unsorted, 0",
    "true, unsorted, 1",
    "true, ties, 0",
    "true, ties, 1"
  })
  void packs(boolean batchFirst, String order, int dims) throws IOException {
    String name = String.format(Locale.ROOT, "pack %s %s %d", batchFirst, order, dims);
    boolean sorted = order.equals("sorted");
    long[] lengths =
        sorted
            ? new long[] {4, 2, 2}
            : order.equals("ties") ? new long[] {2, 4, 2} : new long[] {2, 4, 1};
    Torch.manualSeed(1);
    long first = batchFirst ? N : L;
    long second = batchFirst ? L : N;
    Tensor x = dims == 0 ? leaf(first, second) : leaf(first, second, 2);

    PackedSequence packed = packPaddedSequence(x, lengths, batchFirst, sorted);
    Golden.weighted(packed.data()).backward();
    List<Tensor> parts = new ArrayList<>(List.of(packed.data(), packed.batchSizes()));
    if (!sorted) {
      parts.add(requireNonNull(packed.sortedIndices()));
      parts.add(requireNonNull(packed.unsortedIndices()));
    }
    parts.add(requireNonNull(x.grad()));
    check(name, parts);
    assertThat(packed.withData(packed.data().detach()))
        .hasToString(
            SafeTensors.loadMetadata(Path.of("src/test/resources/golden/sequences.safetensors"))
                .get("print " + name));

    for (long total : new long[] {-1, 5}) {
      PaddedSequence padded = padPackedSequence(packed, batchFirst, -1.5, total);
      check(
          String.format(Locale.ROOT, "%s padded %d", name, total),
          List.of(padded.data(), padded.lengths()));
    }
    check(name + " unpacked", unpackSequence(packed));
  }

  private static List<Tensor> sequences() {
    Torch.manualSeed(1);
    return List.of(leaf(2, 2), leaf(4, 2), leaf(1, 2));
  }

  @ParameterizedTest
  @CsvSource({"false, RIGHT", "false, LEFT", "true, RIGHT", "true, LEFT"})
  void pads(boolean batchFirst, PaddingSide side) {
    List<Tensor> sequences = sequences();
    Tensor padded = padSequence(sequences, batchFirst, 0.5, side);
    Golden.weighted(padded).backward();
    List<Tensor> parts = new ArrayList<>(List.of(padded));
    sequences.forEach(sequence -> parts.add(requireNonNull(sequence.grad())));
    check("pad %s %s".formatted(batchFirst, side == PaddingSide.LEFT ? "left" : "right"), parts);
    if (side == PaddingSide.RIGHT) {
      Tensor lengths = Torch.tensor(new int[] {2, 9, 0});
      check("unpad " + batchFirst, unpadSequence(padded, lengths, batchFirst));
    }
  }

  @Test
  void packsLists() {
    PackedSequence packed = packSequence(sequences(), false);
    check(
        "pack_sequence",
        List.of(packed.data(), packed.batchSizes(), requireNonNull(packed.sortedIndices())));
    PackedSequence sorted =
        packSequence(
            sequences().stream()
                .sorted(Comparator.comparing((Tensor sequence) -> sequence.size(0)).reversed())
                .toList());
    check("pack_sequence sorted", List.of(sorted.data(), sorted.batchSizes()));
  }

  @Test
  void invertsPermutations() {
    check("invert_permutation", List.of(invertPermutation(Torch.tensor(new long[] {2, 0, 3, 1}))));
  }
}
