package panama.torch.nn.utils.rnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import panama.torch.ArgumentException;
import panama.torch.DType;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.TorchException;

/** The operators of native/src/packing.cpp return the same as those of libtorch. */
class PackingOperatorsTest {
  private static final Op PACK = Torch.op("panama_torch::pack_padded_sequence");
  private static final Op PAD = Torch.op("panama_torch::pad_packed_sequence");
  private static final List<DType> DTYPES =
      List.of(DType.FLOAT32, DType.FLOAT64, DType.INT64, DType.BOOL, DType.BFLOAT16, DType.UINT8);

  /** A random padded batch, and the order in which it is packed; null for its own. */
  private record Batch(Tensor x, Tensor lengths, @Nullable Tensor order, boolean batchFirst) {
    static Batch of(Random random, DType dtype) {
      int n = 1 + random.nextInt(6);
      int length = 1 + random.nextInt(7);
      boolean batchFirst = random.nextBoolean();
      long[] sizes = new long[2 + random.nextInt(3)];
      Arrays.setAll(sizes, i -> 1 + random.nextInt(4));
      sizes[0] = batchFirst ? n : length;
      sizes[1] = batchFirst ? length : n;
      Tensor x = Torch.randint(-3, 4, sizes).to(dtype);
      if (random.nextInt(4) == 0) {
        x = x.transpose(0, -1).contiguous().transpose(0, -1);
      }
      long[] lengths =
          random
              .longs(n, 1, length + 1)
              .boxed()
              .sorted(Collections.reverseOrder())
              .mapToLong(i -> i)
              .toArray();
      List<Long> order = new ArrayList<>(LongStream.range(0, n).boxed().toList());
      Collections.shuffle(order, random);
      return new Batch(
          x,
          Torch.tensor(lengths),
          random.nextBoolean() ? Torch.tensor(order.stream().mapToLong(i -> i).toArray()) : null,
          batchFirst);
    }

    int batchDim() {
      return batchFirst ? 0 : 1;
    }

    List<Tensor> pack(Tensor given) {
      return PACK.arg(given).arg(lengths).argOrNone(order).arg(batchFirst).call().tensors();
    }

    List<Tensor> packByLibtorch(Tensor given) {
      Tensor sorted = order == null ? given : given.indexSelect(batchDim(), order);
      return Torch.op("aten::_pack_padded_sequence")
          .arg(sorted)
          .arg(lengths)
          .arg(batchFirst)
          .call()
          .tensors();
    }

    @Nullable Tensor unsorted() {
      return order == null ? null : Sequences.invertPermutation(order);
    }

    List<Tensor> pad(List<Tensor> packed, double value, long totalLength) {
      return PAD.arg(packed.get(0))
          .arg(packed.get(1))
          .argOrNone(unsorted())
          .arg(batchFirst)
          .arg(value)
          .arg(totalLength)
          .call()
          .tensors();
    }

    List<Tensor> padByLibtorch(List<Tensor> packed, double value, long totalLength) {
      List<Tensor> padded =
          Torch.op("aten::_pad_packed_sequence")
              .arg(packed.get(0))
              .arg(packed.get(1))
              .arg(batchFirst)
              .arg(value)
              .arg(totalLength)
              .call()
              .tensors();
      Tensor unsorted = unsorted();
      return unsorted == null
          ? padded
          : List.of(
              padded.get(0).indexSelect(batchDim(), unsorted),
              padded.get(1).indexSelect(0, unsorted));
    }
  }

  private static void assertSame(List<Tensor> actual, List<Tensor> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).dtype()).isEqualTo(expected.get(i).dtype());
      assertThat(actual.get(i).shape()).isEqualTo(expected.get(i).shape());
      assertThat(Torch.equal(actual.get(i), expected.get(i))).isTrue();
    }
  }

  @Property(tries = 300)
  void resultsAreLibtorchs(@ForAll long seed) {
    Random random = new Random(seed);
    try (TensorScope scope = new TensorScope()) {
      Batch batch = Batch.of(random, DTYPES.get(random.nextInt(DTYPES.size())));
      List<Tensor> packed = batch.pack(batch.x());
      assertSame(packed, batch.packByLibtorch(batch.x()));
      long longest = packed.get(1).numel();
      long totalLength = random.nextBoolean() ? -1 : longest + random.nextInt(3);
      double value = random.nextInt(3);
      assertSame(
          batch.pad(packed, value, totalLength), batch.padByLibtorch(packed, value, totalLength));
    }
  }

  /** Gradients, and the gradients of gradients. */
  @Property(tries = 200)
  void gradientsAreLibtorchs(@ForAll long seed) {
    Random random = new Random(seed);
    try (TensorScope scope = new TensorScope()) {
      Batch batch = Batch.of(random, DType.FLOAT64);
      Tensor x = batch.x().detach().requiresGrad_(true);
      Tensor ours = batch.pad(batch.pack(x), 1, -1).getFirst();
      Tensor theirs = batch.padByLibtorch(batch.packByLibtorch(x), 1, -1).getFirst();
      List<Tensor> first = Torch.grad(List.of(ours.pow(3).sum()), List.of(x), true);
      List<Tensor> expected = Torch.grad(List.of(theirs.pow(3).sum()), List.of(x), true);
      assertSame(first, expected);
      assertSame(
          Torch.grad(List.of(first.getFirst().pow(2).sum()), List.of(x), false),
          Torch.grad(List.of(expected.getFirst().pow(2).sum()), List.of(x), false));
    }
  }

  /** Enough to be copied by several threads. */
  @Test
  void largeBatchesAreLibtorchs() {
    Tensor x = Torch.randn(40, 90, 64);
    long[] lengths = LongStream.range(0, 40).map(n -> 90 - 2 * n).toArray();
    Batch batch = new Batch(x, Torch.tensor(lengths), null, true);
    List<Tensor> packed = batch.pack(x);
    assertSame(packed, batch.packByLibtorch(x));
    assertSame(batch.pad(packed, 0, 95), batch.padByLibtorch(packed, 0, 95));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Tensor x = Torch.randn(2, 5, 3);
    for (long[] lengths : new long[][] {{5}, {3, 5}, {5, 0}, {6, 1}, {}, {5, -1}}) {
      Batch batch = new Batch(x, Torch.tensor(lengths), null, true);
      assertThatThrownBy(() -> batch.pack(x))
          .as(Arrays.toString(lengths))
          .isInstanceOfAny(ArgumentException.class, TorchException.class);
    }
    Tensor empty = Torch.empty(2, 5, 0);
    Batch ofEmpty = new Batch(empty, Torch.tensor(new long[] {5, 2}), null, true);
    assertThatThrownBy(() -> ofEmpty.pack(empty)).hasMessageContaining("Cannot pack empty tensors");
    Tensor lengths = Torch.tensor(new long[] {5, 2});
    for (long[] order : new long[][] {{0, 2}, {-3, 1}}) {
      Batch batch = new Batch(x, lengths, Torch.tensor(order), true);
      assertThatThrownBy(() -> batch.pack(x))
          .as(Arrays.toString(order))
          .isInstanceOf(ArgumentException.class);
    }
    List<Tensor> packed = new Batch(x, lengths, null, true).pack(x);
    for (long[] sizes : new long[][] {{2, 2}, {2, 2, 1, 1, 2}, {7, 0}, {}, {1, 6}}) {
      assertThatThrownBy(
              () ->
                  PAD.arg(packed.get(0))
                      .arg(Torch.tensor(sizes))
                      .none()
                      .arg(true)
                      .arg(0.0)
                      .arg(-1)
                      .call())
          .as(Arrays.toString(sizes))
          .isInstanceOf(ArgumentException.class)
          .hasMessageContaining("batch_sizes");
    }
  }

  /** libtorch selects a sequence as often as it is listed. */
  @Test
  void indicesCanBeRepeated() {
    Tensor x = Torch.randn(2, 5, 3);
    Batch batch =
        new Batch(x, Torch.tensor(new long[] {5, 2}), Torch.tensor(new long[] {1, 1}), true);
    assertSame(batch.pack(x), batch.packByLibtorch(x));
  }
}
