package panama.torch.hostile;

import static panama.torch.Torch.ones;
import static panama.torch.Torch.op;
import static panama.torch.Torch.zeros;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import panama.torch.DType;
import panama.torch.Op;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.TorchException;

/**
 * Calls by name of operators that take indices, labels, lengths, offsets, pivots or batch sizes.
 * Everything but one of those numbers is valid.
 */
final class IndexedCalls {
  /** A call of an operator with one argument that varies. */
  static final class IndexedCall {
    private final String name;
    private final long[] sound;
    private final long bound;
    private final Function<Tensor, List<Tensor>> call;

    private IndexedCall(
        String name, long[] sound, long bound, Function<Tensor, List<Tensor>> call) {
      this.name = name;
      this.sound = sound;
      this.bound = bound;
      this.call = call;
    }

    @Override
    public String toString() {
      return name;
    }

    /** Returns valid numbers. */
    long[] sound() {
      return sound.clone();
    }

    /** Returns the first number that is out of range, for most operators. */
    long bound() {
      return bound;
    }

    /** Returns the valid numbers with one of them replaced. */
    long[] with(int place, long number) {
      long[] numbers = sound.clone();
      numbers[place] = number;
      return numbers;
    }
  }

  private IndexedCalls() {}

  /** Returns numbers just outside a range and far outside. */
  static long[] outside(long bound) {
    return new long[] {
      bound,
      bound + 1,
      -bound,
      -bound - 1,
      -bound - 2,
      -1,
      0,
      bound + 17,
      1000,
      Integer.MAX_VALUE,
      Integer.MIN_VALUE,
      1L << 40,
      -1L << 40,
      Long.MAX_VALUE,
      Long.MIN_VALUE
    };
  }

  private static Tensor x(long... sizes) {
    try (TensorScope scope = new TensorScope()) {
      long count = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
      return scope.keep(
          Torch.arange(count)
              .to(DType.FLOAT32)
              .div(count)
              .view(sizes)
              .detach()
              .requiresGrad_(true));
    }
  }

  private static Tensor ints(long... numbers) {
    return Torch.tensor(numbers);
  }

  private static List<Tensor> one(Op.Call call) {
    return List.of(call.call().tensor(0));
  }

  /**
   * Limits a number to small ones, or ones so large that a length overflows; others need too much
   * memory.
   */
  private static long overflowing(long number) {
    return number > 1L << 50 ? number : Math.clamp(number, -1000, 1000);
  }

  /** Returns W_ih, W_hh, b_ih and b_hh of a layer with H_in = 2 and H = 3. */
  private static List<Tensor> parameters(long gates) {
    return List.of(x(3 * gates, 2), x(3 * gates, 3), x(3 * gates), x(3 * gates));
  }

  private static Op.Call recurrent(String name, Tensor batchSizes, long gates) {
    Tensor h = zeros(1, 3, 3);
    Op.Call call = op(name).arg(x(7, 2)).arg(batchSizes);
    call = name.contains("lstm") ? call.arg(List.of(h, h)) : call.arg(h);
    return call.arg(parameters(gates)).arg(true).arg(1).arg(0.0).arg(true).arg(false);
  }

  private static Op.Call ctc(Tensor targets, Tensor inputLengths, Tensor targetLengths) {
    return op("aten::ctc_loss.Tensor")
        .arg(x(6, 2, 4).logSoftmax(2))
        .arg(targets)
        .arg(inputLengths)
        .arg(targetLengths);
  }

  private static IndexedCall call(
      String name, long bound, Function<Tensor, List<Tensor>> call, long... sound) {
    return new IndexedCall(name, sound, bound, call);
  }

  static List<IndexedCall> all() {
    return List.of(
        call(
            "index_select", 4, i -> one(op("aten::index_select").arg(x(4, 3)).arg(0).arg(i)), 0, 3),
        call("gather", 3, i -> one(op("aten::gather").arg(x(4, 3)).arg(1).arg(i.view(2, 1))), 0, 2),
        call(
            "scatter",
            4,
            i -> one(op("aten::scatter.src").arg(x(4, 3)).arg(0).arg(i.view(1, 2)).arg(x(1, 2))),
            0,
            3),
        call(
            "scatter_add",
            4,
            i -> one(op("aten::scatter_add").arg(x(4, 3)).arg(0).arg(i.view(1, 2)).arg(x(1, 2))),
            0,
            3),
        call(
            "scatter_reduce",
            4,
            i ->
                one(
                    op("aten::scatter_reduce.two")
                        .arg(x(4, 3))
                        .arg(0)
                        .arg(i.view(1, 2))
                        .arg(x(1, 2))
                        .arg("amax")),
            0,
            3),
        call(
            "index_add",
            4,
            i -> one(op("aten::index_add").arg(x(4, 3)).arg(0).arg(i).arg(x(2, 3))),
            0,
            3),
        call(
            "index_copy",
            4,
            i -> one(op("aten::index_copy").arg(x(4, 3)).arg(0).arg(i).arg(x(2, 3))),
            0,
            3),
        call(
            "index_reduce",
            4,
            i -> one(op("aten::index_reduce").arg(x(4, 3)).arg(0).arg(i).arg(x(2, 3)).arg("prod")),
            0,
            3),
        call(
            "index_fill",
            4,
            i -> one(op("aten::index_fill.int_Scalar").arg(x(4, 3)).arg(0).arg(i).arg(2.0)),
            0,
            3),
        call("index", 4, i -> one(op("aten::index.Tensor").arg(x(4, 3)).arg(List.of(i))), 0, 3),
        call(
            "index_put",
            4,
            i -> one(op("aten::index_put").arg(x(4, 3)).arg(List.of(i)).arg(x(2, 3)).arg(true)),
            0,
            3),
        call("take", 12, i -> one(op("aten::take").arg(x(4, 3)).arg(i)), 0, 11),
        call("put", 12, i -> one(op("aten::put").arg(x(4, 3)).arg(i).arg(x(2)).arg(true)), 0, 11),
        call(
            "embedding",
            4,
            i -> one(op("aten::embedding").arg(x(4, 3)).arg(i).arg(-1).arg(true)),
            0,
            3),
        call(
            "embedding_renorm_",
            4,
            i -> one(op("aten::embedding_renorm_").arg(x(4, 3).detach()).arg(i).arg(0.5).arg(2.0)),
            0,
            3),
        call(
            "embedding_bag indices, sum",
            4,
            i -> one(op("aten::embedding_bag").arg(x(4, 3)).arg(i).arg(ints(0, 1))),
            0,
            3),
        call(
            "embedding_bag indices, max",
            4,
            i ->
                one(
                    op("aten::embedding_bag")
                        .arg(x(4, 3))
                        .arg(i)
                        .arg(ints(0, 1))
                        .arg(false)
                        .arg(2)),
            0,
            3),
        call(
            "embedding_bag offsets, sum",
            4,
            i -> one(op("aten::embedding_bag").arg(x(4, 3)).arg(ints(0, 1, 2, 3)).arg(i)),
            0,
            2),
        call(
            "embedding_bag offsets, mean, with the last",
            4,
            i ->
                one(
                    op("aten::embedding_bag")
                        .arg(x(4, 3))
                        .arg(ints(0, 1, 2, 3))
                        .arg(i)
                        .arg("mode", 1)
                        .arg("include_last_offset", true)),
            0,
            2,
            4),
        call(
            "_embedding_bag offsets, max",
            4,
            i ->
                one(
                    op("aten::_embedding_bag")
                        .arg(x(4, 3))
                        .arg(ints(0, 1, 2, 3))
                        .arg(i)
                        .arg("mode", 2)),
            0,
            2),
        call("nll_loss", 4, i -> one(op("aten::nll_loss_nd").arg(x(2, 4)).arg(i)), 0, 3),
        call(
            "nll_loss2d",
            4,
            i -> one(op("aten::nll_loss_nd").arg(x(1, 4, 2)).arg(i.view(1, 2))),
            0,
            3),
        call(
            "cross_entropy_loss, weighted",
            4,
            i -> one(op("aten::cross_entropy_loss").arg(x(2, 4)).arg(i).arg(ones(4))),
            0,
            3),
        call(
            "cross_entropy_loss, smoothed",
            4,
            i ->
                one(op("aten::cross_entropy_loss").arg(x(2, 4)).arg(i).arg("label_smoothing", 0.1)),
            0,
            3),
        call(
            "multi_margin_loss",
            4,
            i -> one(op("aten::multi_margin_loss").arg(x(2, 4)).arg(i)),
            0,
            3),
        call(
            "multilabel_margin_loss",
            4,
            i -> one(op("aten::multilabel_margin_loss").arg(x(4)).arg(i)),
            0,
            3,
            -1,
            0),
        call("one_hot", 4, i -> one(op("aten::one_hot").arg(i).arg(4)), 0, 3),
        call("bincount", 4, i -> one(op("aten::bincount").arg(i.clamp(-5, 5))), 0, 3),
        call(
            "ctc_loss targets", 4, i -> one(ctc(i.view(2, 2), ints(6, 5), ints(2, 2))), 1, 2, 3, 1),
        call(
            "ctc_loss targets, one after the other",
            4,
            i -> one(ctc(i, ints(6, 5), ints(1, 2))),
            1,
            3,
            1),
        call(
            "ctc_loss targets, int32",
            4,
            i -> one(ctc(i.clamp(-10_000, 10_000).to(DType.INT32), ints(6, 5), ints(1, 2))),
            1,
            3,
            1),
        call(
            "ctc_loss input lengths",
            7,
            i -> one(ctc(ints(1, 2, 3, 1).view(2, 2), i, ints(2, 2))),
            6,
            5),
        call(
            "ctc_loss target lengths",
            3,
            i -> one(ctc(ints(1, 2, 3, 1).view(2, 2), ints(6, 5), i)),
            2,
            1),
        call(
            "ctc_loss target lengths, one after the other",
            4,
            i -> one(ctc(ints(1, 2, 3), ints(6, 5), i)),
            1,
            2),
        call(
            "searchsorted sorter",
            3,
            i ->
                one(
                    op("aten::searchsorted.Tensor")
                        .arg(x(3).detach())
                        .arg(x(4).detach())
                        .arg("sorter", i)),
            2,
            0,
            1),
        call(
            "repeat_interleave",
            3,
            i -> one(op("aten::repeat_interleave.self_Tensor").arg(x(2)).arg(i.clamp(-3, 50))),
            1,
            2),
        call(
            "segment_reduce lengths",
            5,
            i ->
                one(
                    op("aten::segment_reduce")
                        .arg(x(4, 2))
                        .arg("sum")
                        .arg("lengths", i)
                        .arg("unsafe", true)),
            1,
            3),
        call(
            "segment_reduce offsets",
            5,
            i -> one(op("aten::segment_reduce").arg(x(4, 2)).arg("max").arg("offsets", i)),
            0,
            1,
            4),
        call(
            "max_unpool2d",
            16,
            i ->
                one(
                    op("aten::max_unpool2d")
                        .arg(x(1, 1, 2, 1))
                        .arg(i.view(1, 1, 2, 1))
                        .arg(new long[] {4, 4})),
            0,
            15),
        call(
            "lu_unpack",
            4,
            i ->
                List.of(op("aten::lu_unpack").arg(x(3, 3)).arg(i.to(DType.INT32)).call().tensor(0)),
            1,
            2,
            3),
        call(
            "linalg_lu_solve",
            4,
            i ->
                one(
                    op("aten::linalg_lu_solve")
                        .arg(Torch.eye(3).add(x(3, 3)))
                        .arg(i.to(DType.INT32))
                        .arg(x(3, 2))),
            1,
            2,
            3),
        call(
            "lu_solve",
            4,
            i ->
                one(
                    op("aten::lu_solve")
                        .arg(x(3, 2))
                        .arg(Torch.eye(3).add(x(3, 3)))
                        .arg(i.to(DType.INT32))),
            1,
            2,
            3),
        call(
            "linalg_ldl_solve",
            4,
            i ->
                one(
                    op("aten::linalg_ldl_solve")
                        .arg(Torch.eye(3))
                        .arg(i.to(DType.INT32))
                        .arg(ones(3, 2))),
            1,
            2,
            3),
        call(
            "_pack_padded_sequence",
            5,
            i -> one(op("aten::_pack_padded_sequence").arg(x(4, 3, 2)).arg(i).arg(false)),
            4,
            2,
            1),
        call(
            "_pad_packed_sequence",
            4,
            i ->
                one(
                    op("aten::_pad_packed_sequence")
                        .arg(x(7, 2))
                        .arg(i)
                        .arg(false)
                        .arg(0.0)
                        .arg(-1)),
            3,
            2,
            1,
            1),
        call("lstm batch sizes", 4, i -> one(recurrent("aten::lstm.data", i, 4)), 3, 2, 1, 1),
        call("gru batch sizes", 4, i -> one(recurrent("aten::gru.data", i, 3)), 3, 2, 1, 1),
        call("rnn batch sizes", 4, i -> one(recurrent("aten::rnn_tanh.data", i, 1)), 3, 2, 1, 1),
        call(
            "tensor_split",
            6,
            i ->
                op("aten::tensor_split.tensor_indices_or_sections")
                    .arg(x(6))
                    .arg(i)
                    .call()
                    .tensors(0),
            2,
            4),
        call(
            "sparse_coo_tensor",
            4,
            i ->
                one(
                    op("aten::to_dense")
                        .arg(
                            op("aten::sparse_coo_tensor.indices_size")
                                .arg(i.view(1, 2))
                                .arg(ones(2))
                                .arg(new long[] {4})
                                .tensor())),
            0,
            3),
        call(
            "sparse_csr_tensor",
            4,
            i ->
                one(
                    op("aten::to_dense")
                        .arg(
                            op("aten::sparse_csr_tensor.crow_col_value_size")
                                .arg(ints(0, 1, 2))
                                .arg(i)
                                .arg(ones(2))
                                .arg(new long[] {2, 4})
                                .tensor())),
            0,
            3),
        call(
            "sparse_csr_tensor rows",
            3,
            i ->
                one(
                    op("aten::to_dense")
                        .arg(
                            op("aten::sparse_csr_tensor.crow_col_value_size")
                                .arg(i)
                                .arg(ints(0, 3))
                                .arg(ones(2))
                                .arg(new long[] {2, 4})
                                .tensor())),
            0,
            1,
            2),
        call(
            "as_strided",
            12,
            i ->
                one(
                    op("aten::as_strided")
                        .arg(x(4, 3))
                        .arg(new long[] {1})
                        .arg(new long[] {1})
                        .arg(i.itemLong())),
            11),
        call(
            "as_strided_",
            12,
            i ->
                one(
                    op("aten::as_strided_")
                        .arg(x(4, 3).detach())
                        .arg(new long[] {1})
                        .arg(new long[] {1})
                        .arg(i.itemLong())),
            11),
        call("arange", 29, i -> List.of(Torch.arange(overflowing(i.itemLong()), -1, -1)), 3),
        call(
            "grid_sampler",
            3,
            i ->
                one(
                    op("aten::grid_sampler")
                        .arg(x(1, 1, 4, 4))
                        .arg(x(1, 2, 2, 2))
                        .arg(i.itemLong())
                        .arg(0)
                        .arg(false)),
            0));
  }

  /**
   * Makes a call and its backward pass twice, with different numbers in the memory around its
   * tensors.
   *
   * @throws IllegalArgumentException if the call is refused
   * @throws TorchException if the call is refused
   * @throws AssertionError if the results differ, so that the call has read that memory
   */
  static void twice(IndexedCall call, long[] numbers) {
    byte[][] first = among(1e30, () -> call.call.apply(Torch.tensor(numbers)));
    byte[][] second = among(-3, () -> call.call.apply(Torch.tensor(numbers)));
    if (!Arrays.deepEquals(first, second)) {
      throw new AssertionError(
          "%s with %s: another result in other surroundings"
              .formatted(call, Arrays.toString(numbers)));
    }
  }

  /** Returns the bytes of the results of a call after filling freed memory with a number. */
  static byte[][] among(double number, Supplier<List<Tensor>> call) {
    try (TensorScope scope = new TensorScope()) {
      for (int round = 0; round < 2; round++) {
        try (TensorScope inner = new TensorScope()) {
          for (int size = 1; size <= 2048; size = size < 64 ? size + 1 : size * 2) {
            Torch.full(new long[] {size}, number);
          }
        }
      }
      List<Tensor> results = call.get();
      for (Tensor result : results) {
        if (result.requiresGrad()) {
          result.sum().backward();
        }
      }
      return results.stream().map(IndexedCalls::bytes).toArray(byte[][]::new);
    }
  }

  private static byte[] bytes(Tensor result) {
    return result.detach().contiguous().asSegment().toArray(ValueLayout.JAVA_BYTE);
  }
}
