package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.randn;

import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import panama.torch.nn.LSTM;
import panama.torch.nn.utils.rnn.PackedSequence;
import panama.torch.nn.utils.rnn.Sequences;

class RecurrentOpTest {
  private static final int INPUT = 3;
  private static final int HIDDEN = 4;

  private static List<Tensor> parameters(RecurrentOp.Kind kind) {
    int rows = HIDDEN * (kind == RecurrentOp.Kind.LSTM ? 4 : kind == RecurrentOp.Kind.GRU ? 3 : 1);
    return List.of(randn(rows, INPUT), randn(rows, HIDDEN), randn(rows), randn(rows));
  }

  private static RecurrentOp single(RecurrentOp.Kind kind) {
    return new RecurrentOp(kind, true, 1, 0, false, true);
  }

  private static LSTM.Output lstm(Tensor output, Tensor hN, Tensor cN) {
    return new LSTM.Output(output, hN, cN);
  }

  @Test
  void computesTheLayer() {
    LSTM layer = LSTM.builder(INPUT, HIDDEN).batchFirst(true).build();
    Tensor x = randn(2, 5, INPUT);
    LSTM.Output expected = layer.forward(x);
    LSTM.Output got =
        single(RecurrentOp.Kind.LSTM)
            .padded(x, null, null, layer.parameters(), false, RecurrentOpTest::lstm);
    assertThat(got.output().equal(expected.output())).isTrue();
    assertThat(got.hN().equal(expected.hN())).isTrue();
    assertThat(got.cN().equal(expected.cN())).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void onlyAnLstmHasC(RecurrentOp.Kind kind) {
    boolean hasC =
        single(kind)
            .padded(
                randn(2, 5, INPUT), null, null, parameters(kind), false, (y, hN, cN) -> cN != null);
    assertThat(hasC).isEqualTo(kind == RecurrentOp.Kind.LSTM);
  }

  /** The parameters of a hypernetwork are results of other operators. */
  @ParameterizedTest
  @EnumSource
  void gradientsReachComputedParameters(RecurrentOp.Kind kind) {
    Tensor scale = Torch.ones(1).requiresGrad_(true);
    List<Tensor> computed = parameters(kind).stream().map(scale::mul).toList();
    single(kind)
        .padded(randn(2, 5, INPUT), null, null, computed, true, (y, hN, cN) -> y.sum())
        .backward();
    assertThat(scale.grad().item()).isNotZero();
  }

  /** The states of a packed batch are in the order of the batch, before and after. */
  @ParameterizedTest
  @EnumSource
  void restoresTheOrderOfAPackedBatch(RecurrentOp.Kind kind) {
    List<Tensor> parameters = parameters(kind);
    Tensor x = randn(3, 5, INPUT);
    Tensor h0 = randn(1, 3, HIDDEN);
    Tensor c0 = kind == RecurrentOp.Kind.LSTM ? randn(1, 3, HIDDEN) : null;
    long[] lengths = {2, 5, 3};
    PackedSequence packed = Sequences.packPaddedSequence(x, lengths, true, false);
    Tensor hN =
        single(kind)
            .packed(
                packed.data(),
                packed.batchSizes(),
                packed.sortedIndices(),
                packed.unsortedIndices(),
                h0,
                c0,
                parameters,
                false,
                (data, h, c) -> h);
    for (int n = 0; n < lengths.length; n++) {
      Tensor alone =
          single(kind)
              .padded(
                  x.select(0, n).slice(0, 0, lengths[n]),
                  h0.select(1, n),
                  c0 == null ? null : c0.select(1, n),
                  parameters,
                  false,
                  (y, h, c) -> h);
      assertThat(hN.select(1, n).allclose(alone)).as("sequence %s", n).isTrue();
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    List<Tensor> gru = parameters(RecurrentOp.Kind.GRU);
    RecurrentOp op = single(RecurrentOp.Kind.GRU);
    Tensor x = randn(2, 5, INPUT);
    Tensor h0 = randn(1, 2, HIDDEN);
    assertThatThrownBy(() -> op.padded(x, h0, h0, gru, false, (y, h, c) -> y))
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("hx: expected h0, and c0 for an LSTM, got 2 states");
    assertThatThrownBy(() -> op.padded(randn(5), null, null, gru, false, (y, h, c) -> y))
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("two or three dimensions");
    assertThatThrownBy(() -> op.padded(x, null, null, List.of(), false, (y, h, c) -> y))
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("params: expected w_ih and w_hh");
    assertThatThrownBy(() -> op.padded(x, null, null, gru.subList(0, 3), false, (y, h, c) -> y))
        .isInstanceOf(ArgumentException.class)
        .hasMessageContaining("parameters: expected 4");
    assertThatThrownBy(() -> op.padded(x, h0.select(0, 0), null, gru, false, (y, h, c) -> y))
        .isInstanceOf(ArgumentException.class);
    assertThatThrownBy(() -> new RecurrentOp(RecurrentOp.Kind.GRU, true, 0, 0, false, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("numLayers");
    assertThatThrownBy(() -> new RecurrentOp(RecurrentOp.Kind.GRU, true, 1, 2, false, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dropout");
  }

  /** A closed tensor among the arguments ends the call, and the others can be closed afterwards. */
  @Test
  void aClosedParameterLeavesNothingHeld() {
    List<Tensor> gru = parameters(RecurrentOp.Kind.GRU);
    gru.getLast().close();
    Tensor x = randn(2, 5, INPUT);
    long before = Torch.memory().liveTensors();
    assertThatThrownBy(
            () -> single(RecurrentOp.Kind.GRU).padded(x, null, null, gru, false, (y, h, c) -> y))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    x.close();
    assertThat(Torch.memory().liveTensors()).isEqualTo(before - 1);
  }

  /** Prints the bytes that a call allocates, in a JVM whose compilers have seen no other calls. */
  static final class Allocation {
    private static final int CALLS = 300; // 900 tensors, fewer than a scope keeps its list for

    public static void main(String[] args) {
      LSTM layer = LSTM.builder(8, 8).batchFirst(true).build();
      Tensor x = randn(1, 1, 8);
      var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 3000 && least > 200L * CALLS; round++) {
        try (TensorScope scope = new TensorScope();
            var mode = Torch.inferenceMode()) {
          long before = threads.getCurrentThreadAllocatedBytes();
          for (int i = 0; i < CALLS; i++) {
            layer.forward(x);
          }
          least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
      }
      System.out.println(least / CALLS);
    }
  }

  /** Compiled code allocates the results alone; before that, a call allocates a few kilobytes. */
  @Test
  void allocatesOnlyItsResults() throws Exception {
    List<String> lines = ChildJvm.run(Allocation.class).lines();
    assertThat(lines).hasSize(1);
    assertThat(Long.parseLong(lines.getFirst())).isLessThanOrEqualTo(200);
  }
}
