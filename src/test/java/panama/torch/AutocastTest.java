package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import panama.torch.nn.BatchNorm1d;
import panama.torch.nn.Bilinear;
import panama.torch.nn.Conv1d;
import panama.torch.nn.GRU;
import panama.torch.nn.GRUCell;
import panama.torch.nn.LSTM;
import panama.torch.nn.LSTMCell;
import panama.torch.nn.LayerNorm;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.MultiheadAttention;
import panama.torch.nn.RNN;
import panama.torch.nn.RNNCell;
import panama.torch.nn.utils.rnn.Sequences;

/**
 * Layers run and train under autocast and in the lower types themselves, also on processors without
 * instructions for those types.
 */
class AutocastTest {
  /** Makes oneDNN use no instructions beyond AVX2. */
  private static final Map<String, String> OLD_PROCESSOR =
      Map.of("ONEDNN_MAX_CPU_ISA", "AVX2", "DNNL_MAX_CPU_ISA", "AVX2");

  @Test
  void layersRunWithoutInstructionsForTheLowerType() throws IOException, InterruptedException {
    ChildJvm.Result result = ChildJvm.run(OLD_PROCESSOR, Layers.class);
    assertThat(result.lines()).contains("no failures");
    assertThat(result.status()).isZero();
  }

  @Test
  void layersRunOnThisProcessor() {
    assertThat(Layers.failures()).isEmpty();
  }

  /** Runs every layer in both types, in training and in evaluation. */
  static final class Layers {
    private static final double TOLERANCE = 0.05;

    private record Layer(Module module, UnaryOperator<Tensor> forward, List<Long> input) {}

    private final Map<String, Layer> layers = new LinkedHashMap<>();

    private void add(String name, Module module, UnaryOperator<Tensor> forward, long... input) {
      layers.put(name, new Layer(module, forward, Arrays.stream(input).boxed().toList()));
    }

    private void lstm(String name, LSTM lstm) {
      add(name, lstm, x -> lstm.forward(x).output(), 6, 2, 4);
    }

    private Layers() {
      Torch.manualSeed(0);
      lstm("LSTM", LSTM.builder(4, 5).build());
      lstm("LSTM bidirectional", LSTM.builder(4, 5).bidirectional(true).build());
      lstm("LSTM of two layers", LSTM.builder(4, 5).numLayers(2).build());
      lstm("LSTM without biases", LSTM.builder(4, 5).bias(false).build());
      lstm("LSTM batch first", LSTM.builder(4, 5).batchFirst(true).build());
      lstm("LSTM projected", LSTM.builder(4, 5).projSize(3).build());
      var unbatched = LSTM.builder(4, 5).build();
      add("LSTM unbatched", unbatched, x -> unbatched.forward(x).output(), 6, 4);
      var cell = LSTM.builder(4, 5).build();
      add("LSTM cell state", cell, x -> cell.forward(x).cN(), 6, 2, 4);
      var packed = LSTM.builder(4, 5).build();
      add(
          "LSTM packed",
          packed,
          x ->
              packed
                  .forward(Sequences.packPaddedSequence(x, new long[] {6, 4}, false))
                  .output()
                  .data(),
          6,
          2,
          4);
      var gru = GRU.builder(4, 5).bidirectional(true).build();
      add("GRU", gru, x -> gru.forward(x).output(), 6, 2, 4);
      var rnn = RNN.builder(4, 5).build();
      add("RNN", rnn, x -> rnn.forward(x).output(), 6, 2, 4);
      var lstmCell = new LSTMCell(4, 5);
      add("LSTMCell", lstmCell, x -> lstmCell.forward(x).h(), 2, 4);
      var gruCell = new GRUCell(4, 5);
      add("GRUCell", gruCell, gruCell::forward, 2, 4);
      var rnnCell = new RNNCell(4, 5);
      add("RNNCell", rnnCell, rnnCell::forward, 2, 4);
      var linear = new Linear(4, 5);
      add("Linear", linear, linear::forward, 2, 4);
      var conv = Conv1d.builder(4, 5, 2).build();
      add("Conv1d", conv, conv::forward, 2, 4, 7);
      var attention = MultiheadAttention.builder(4, 2).build();
      add("MultiheadAttention", attention, x -> attention.forward(x, x, x).output(), 3, 2, 4);
      var bilinear = new Bilinear(4, 4, 3);
      add("Bilinear", bilinear, x -> bilinear.forward(x, x), 2, 4);
      var layerNorm = LayerNorm.builder(4).build();
      add("LayerNorm", layerNorm, layerNorm::forward, 2, 4);
      var batchNorm = new BatchNorm1d(4);
      add("BatchNorm1d", batchNorm, batchNorm::forward, 8, 4);
    }

    static List<String> failures() {
      List<String> failures = new ArrayList<>();
      for (DType dtype : List.of(DType.BFLOAT16, DType.FLOAT16)) {
        for (boolean training : new boolean[] {true, false}) {
          new Layers()
              .layers.forEach(
                  (name, layer) -> {
                    try (var scope = new TensorScope()) {
                      check(layer, dtype, training);
                    } catch (RuntimeException | AssertionError e) {
                      failures.add("%s, %s, training %s: %s".formatted(name, dtype, training, e));
                    }
                  });
        }
      }
      return failures;
    }

    private static void check(Layer layer, DType dtype, boolean training) {
      Module module = layer.module().train(training);
      Tensor x = Torch.randn(layer.input().stream().mapToLong(size -> size).toArray());
      Tensor wide = gradient(layer, x, null);
      Tensor cast = gradient(layer, x, dtype);
      assertClose("the gradient under autocast", wide, cast);
      module.to(dtype);
      try (var noGrad = Torch.noGrad()) {
        Tensor low = layer.forward().apply(x.to(dtype));
        assertThat(low.dtype()).isEqualTo(dtype);
      }
      assertClose("the gradient in the type", wide, gradient(layer, x.to(dtype), null));
    }

    /** Returns the gradient of the sum of the squared results by the input. */
    private static Tensor gradient(Layer layer, Tensor input, @Nullable DType cast) {
      Tensor x = input.detach().requiresGrad_();
      Tensor output;
      if (cast == null) {
        output = layer.forward().apply(x);
      } else {
        try (var autocast = Torch.autocast(cast)) {
          output = layer.forward().apply(x);
        }
      }
      output.to(DType.FLOAT32).square().sum().backward();
      layer
          .module()
          .parameters()
          .forEach(p -> assertThat(Objects.requireNonNull(p.grad()).dtype()).isEqualTo(p.dtype()));
      return Objects.requireNonNull(x.grad()).to(DType.FLOAT32);
    }

    private static void assertClose(String what, Tensor expected, Tensor actual) {
      assertThat(actual.sub(expected).abs().max().item())
          .as(what)
          .isLessThan(TOLERANCE * Math.max(1, expected.abs().max().item()));
    }

    public static void main(String[] args) {
      List<String> failures = failures();
      failures.forEach(System.out::println);
      System.out.println(failures.isEmpty() ? "no failures" : "failures");
    }
  }

  @Test
  void anLstmUnderAutocastEqualsOneInTheLowerType() {
    Torch.manualSeed(0);
    var lstm = LSTM.builder(4, 5).numLayers(2).bidirectional(true).build();
    Tensor x = Torch.randn(6, 2, 4);
    LSTM.Output cast;
    try (var autocast = Torch.autocast(DType.BFLOAT16)) {
      cast = lstm.forward(x);
    }
    lstm.to(DType.BFLOAT16);
    LSTM.Output low = lstm.forward(x.to(DType.BFLOAT16));
    assertThat(cast.output().toByteArray()).isEqualTo(low.output().toByteArray());
    assertThat(cast.hN().toByteArray()).isEqualTo(low.hN().toByteArray());
    assertThat(cast.cN().toByteArray()).isEqualTo(low.cN().toByteArray());
  }
}
