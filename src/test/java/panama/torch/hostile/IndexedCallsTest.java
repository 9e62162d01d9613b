package panama.torch.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.op;
import static panama.torch.Torch.zeros;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.TorchException;
import panama.torch.nn.CTCLoss;
import panama.torch.nn.MaxPool1d;

/**
 * Indices, labels, lengths, offsets and pivots that are out of range, by one or by far, cause an
 * exception, or a result that does not depend on other memory.
 */
class IndexedCallsTest {
  static List<IndexedCalls.IndexedCall> calls() {
    return IndexedCalls.all();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void validNumbersAreAccepted(IndexedCalls.IndexedCall call) {
    IndexedCalls.twice(call, call.sound());
  }

  @ParameterizedTest
  @MethodSource("calls")
  void numbersOutOfRangeReadNoOtherMemory(IndexedCalls.IndexedCall call) {
    List<String> refused = new ArrayList<>();
    for (long number : IndexedCalls.outside(call.bound())) {
      for (int place : new int[] {0, call.sound().length - 1}) {
        try {
          IndexedCalls.twice(call, call.with(place, number));
        } catch (IllegalArgumentException | TorchException e) {
          refused.add(e.getMessage());
        }
      }
    }
    assertThat(refused).isNotEmpty().doesNotContainNull();
  }

  private static void refused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(parts);
  }

  private static Tensor ints(long... numbers) {
    return Torch.tensor(numbers);
  }

  @Test
  void ctcNamesTheLabelThatIsOutOfRange() {
    Tensor x = Torch.randn(6, 2, 4).logSoftmax(2);
    CTCLoss loss = new CTCLoss();
    long[] inputs = {6, 6};
    refused(
        () -> loss.forward(x, ints(1, 2, 3, 4).view(2, 2), inputs, new long[] {2, 2}),
        "targets: expected classes from 0 to 3, none of them the blank 0",
        "got 4 as label 1 of sequence 1");
    refused(
        () -> loss.forward(x, ints(1, -1, 3), inputs, new long[] {1, 2}),
        "got -1 as label 0 of sequence 1");
    refused(
        () -> loss.forward(x, ints(1, 0, 3), inputs, new long[] {2, 1}),
        "got 0 as label 1 of sequence 0");
    refused(
        () ->
            loss.forward(
                x,
                ints(1, 2, 9).to(DType.INT32),
                ints(6, 6).to(DType.INT32),
                ints(2, 1).to(DType.INT32)),
        "got 9 as label 0 of sequence 1");
    refused(
        () -> loss.forward(x.select(1, 0), ints(1, 4), new long[] {6}, new long[] {2}),
        "got 4 as label 1 of sequence 0");
    CTCLoss lastIsBlank = CTCLoss.builder().blank(3).build();
    refused(
        () -> lastIsBlank.forward(x, ints(0, 3), inputs, new long[] {1, 1}),
        "the blank 3",
        "got 3");
    refused(
        () -> loss.forward(x, ints(1, 2, 3, 1).view(2, 2), new long[] {6, 7}, new long[] {2, 2}),
        "inputLengths: expected lengths from 0 to L=6, got 7 at 1");
    refused(
        () -> loss.forward(x, ints(1, 2, 3, 1).view(2, 2), inputs, new long[] {-1, 2}),
        "targetLengths: expected lengths from 0 to S=2, got -1 at 0");
    refused(
        () -> loss.forward(x, ints(1, 2, 3), inputs, new long[] {2, 2}),
        "target_lengths: expected lengths whose sum is 3");
    refused(() -> loss.forward(x, ints(1, 2, 3), ones(2), ints(1, 2)), "inputLengths", "float32");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 4, 1L << 40})
  void ctcIgnoresThePadding(long padding) {
    Tensor x = Torch.randn(6, 2, 4).logSoftmax(2);
    CTCLoss loss = new CTCLoss();
    long[] inputs = {6, 5};
    long[] lengths = {2, 1};
    Tensor joined = loss.forward(x, ints(1, 2, 3), inputs, lengths);
    Tensor padded = ints(1, 2, padding, 3, padding, padding).view(2, 3);
    assertThat(loss.forward(x, padded, inputs, lengths).item()).isEqualTo(joined.item());
    Tensor turned = padded.transpose(0, 1).contiguous().transpose(0, 1);
    assertThat(turned.isContiguous()).isFalse();
    assertThat(loss.forward(x, turned, inputs, lengths).item()).isEqualTo(joined.item());
    assertThat(loss.forward(x, ints(), inputs, new long[] {0, 0}).item()).isFinite();
  }

  @Test
  void listsOfFusedOptimizersMustMatch() {
    List<Tensor> two = List.of(ones(3), ones(2, 2));
    List<Tensor> one = List.of(ones(3));
    List<Tensor> smaller = List.of(ones(3), ones(2, 1));
    List<Tensor> spread = List.of(ones(3), ones(1, 1).expand(2, 2));
    for (List<Tensor> wrong : List.of(one, smaller, spread)) {
      refused(() -> sgd(two, wrong, two), "grads: expected");
      refused(() -> sgd(two, two, wrong), "momentum_buffer_list: expected");
    }
    sgd(two, two, List.of(zeros(3), zeros(2, 2)));
  }

  private static void sgd(List<Tensor> parameters, List<Tensor> gradients, List<Tensor> momenta) {
    op("aten::_fused_sgd_")
        .start()
        .arg(parameters)
        .arg(gradients)
        .arg(momenta)
        .arg("weight_decay", 0.0)
        .arg("momentum", 0.9)
        .arg("lr", 0.1)
        .arg("dampening", 0.0)
        .arg("nesterov", false)
        .arg("maximize", false)
        .arg("is_first_step", false)
        .call();
  }

  @Test
  void windowsThatOverflowAreRefused() {
    for (long huge : new long[] {Long.MAX_VALUE, 1L << 61, Long.MIN_VALUE}) {
      refused(() -> MaxPool1d.builder(4).dilation(Math.abs(huge)).build().forward(ones(4, 1)), "");
      for (int argument = 0; argument < 4; argument++) {
        List<long[]> window = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          window.add(i == argument ? new long[] {huge, huge} : new long[] {2, 2});
        }
        refused(
            () ->
                op("aten::im2col")
                    .arg(ones(1, 2, 8, 8))
                    .arg(window.get(0))
                    .arg(window.get(1))
                    .arg(window.get(2))
                    .arg(window.get(3))
                    .call(),
            "");
      }
      refused(
          () ->
              op("aten::conv2d")
                  .arg(ones(1, 2, 8, 8))
                  .arg(ones(2, 2, 3, 3))
                  .none()
                  .arg(new long[] {1, 1})
                  .arg(new long[] {huge, huge})
                  .call(),
          "padding: expected numbers from");
      refused(
          () ->
              op("aten::replication_pad2d")
                  .arg(ones(1, 2, 8, 8))
                  .arg(new long[] {huge, huge, huge, huge})
                  .call(),
          "padding: expected numbers from");
    }
    refused(
        () -> op("aten::matrix_power").arg(ones(2, 2)).arg(Long.MIN_VALUE).call(),
        "n: expected an exponent");
  }

  @Test
  void shapesThatKernelsDoNotCheckAreChecked() {
    refused(
        () -> op("aten::_weight_norm").arg(ones(3, 4)).arg(ones(2, 1)).arg(0).call(),
        "g: expected 3 lengths");
    refused(
        () ->
            op("aten::scaled_dot_product_attention")
                .arg(ones(1, 2, 4, 8))
                .arg(ones(1, 2, 3, 8))
                .arg(ones(1, 2, 4, 8))
                .call(),
        "value: expected as many vectors as keys, 3");
    refused(
        () ->
            op("aten::native_batch_norm")
                .arg(ones(3, 2, 4))
                .arg(ones(1))
                .none()
                .none()
                .none()
                .arg(true)
                .arg(0.1)
                .arg(1e-5)
                .call(),
        "weight: expected the shape [2]");
    refused(
        () -> op("aten::lu_unpack").arg(ones(3, 3)).arg(ints(1, 2).to(DType.INT32)).call(),
        "LU_pivots: expected the shape [3]");
    refused(
        () ->
            op("aten::lstm.input")
                .arg(ones(4, 3, 2))
                .arg(List.of(zeros(1, 3, 3), zeros(1, 3, 3)))
                .arg(List.of(ones(12, 2), ones(12, 3), ones(6), ones(12)))
                .arg(true)
                .arg(1)
                .arg(0.0)
                .arg(true)
                .arg(false)
                .arg(false)
                .call(),
        "b_ih: expected the shape [12]");
    refused(() -> Torch.arange(Long.MAX_VALUE, -1, -1), "arange: expected a range");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aten::nll_loss_backward",
        "aten::embedding_dense_backward",
        "aten::_ctc_loss_backward",
        "aten::_embedding_bag_dense_backward",
        "aten::max_pool2d_with_indices_backward",
        "aten::_nested_view_from_buffer",
        "aten::_sobol_engine_draw",
        "aten::mkldnn_rnn_layer",
        "aten::_sparse_coo_tensor_unsafe",
        "quantized::embedding_bag_byte_unpack"
      })
  void uncheckedOperatorsAreRefusedByName(String name) {
    refused(() -> op(name), name, "-Dpanama.torch.unsafeOperators=true");
  }

  @Test
  void uncheckedOperatorsCanBeAllowed() {
    System.setProperty("panama.torch.unsafeOperators", "true");
    try {
      assertThat(
              op("aten::_log_softmax_backward_data")
                  .arg(ones(2))
                  .arg(zeros(2))
                  .arg(0)
                  .arg(DType.FLOAT32)
                  .tensor()
                  .toFloatArray())
          .containsExactly(-1, -1);
    } finally {
      System.clearProperty("panama.torch.unsafeOperators");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aten::_softmax",
        "aten::_foreach_add.List",
        "aten::_fused_adam_",
        "aten::_unique2",
        "aten::_index_put_impl_",
        "aten::__and__.Tensor"
      })
  void checkedOperatorsAreNotRefused(String name) {
    assertThat(op(name).schema()).startsWith(name);
  }

  @Test
  void theCheckOfThisTestDetectsUninitializedMemory() {
    double[] surroundings = {1, 2};
    assertThat(
            Arrays.deepEquals(
                IndexedCalls.among(surroundings[0], () -> List.of(Torch.empty(33))),
                IndexedCalls.among(surroundings[1], () -> List.of(Torch.empty(33)))))
        .isFalse();
  }
}
