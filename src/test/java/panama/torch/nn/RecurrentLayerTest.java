package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.zeros;
import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.packSequence;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.LiveTensors;
import panama.torch.Shape;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.io.SafeTensors;
import panama.torch.nn.utils.rnn.PackedSequence;

/** Edge cases and errors of the layers. RecurrentGoldenTest compares the numbers. */
@Tag("locale")
class RecurrentLayerTest {
  private static final TensorOptions DOUBLE = TensorOptions.of(DType.FLOAT64);

  private static List<Tensor> forward(RecurrentLayer<?> layer, Tensor x) {
    return switch (layer) {
      case RNN rnn -> {
        RecurrentOutput y = rnn.forward(x);
        yield List.of(y.output(), y.hN());
      }
      case GRU gru -> {
        RecurrentOutput y = gru.forward(x);
        yield List.of(y.output(), y.hN());
      }
      case LSTM lstm -> {
        LSTM.Output y = lstm.forward(x);
        yield List.of(y.output(), y.hN(), y.cN());
      }
    };
  }

  @Test
  void buildersOfAllKindsHaveOneType() {
    for (RecurrentLayer.Builder<?> builder :
        List.of(RNN.builder(3, 2), LSTM.builder(3, 2), GRU.builder(3, 2))) {
      RecurrentLayer<?> layer = builder.numLayers(2).bidirectional(true).build();
      assertThat(layer.forward(zeros(5, 1, 3)).output().shape().toArray()).containsExactly(5, 1, 4);
    }
  }

  static Stream<RecurrentLayer<?>> layers() {
    return Stream.of(
        RNN.builder(3, 2).numLayers(2).bidirectional(true).build(),
        LSTM.builder(3, 2).numLayers(2).bidirectional(true).build(),
        GRU.builder(3, 2).numLayers(2).bidirectional(true).build());
  }

  /** An empty batch gives PyTorch's shapes and gradients of 0. */
  @ParameterizedTest
  @MethodSource("layers")
  void acceptsAnEmptyBatch(RecurrentLayer<?> layer) {
    List<Tensor> results = forward(layer, zeros(5, 0, 3));
    assertThat(results.getFirst().shape()).isEqualTo(Shape.of(5, 0, 4));
    results.stream()
        .skip(1)
        .forEach(state -> assertThat(state.shape()).isEqualTo(Shape.of(4, 0, 2)));
    results.stream().map(Tensor::sum).reduce(Tensor::add).orElseThrow().backward();
    layer.parameters().forEach(p -> assertThat(p.grad().abs().sum().item()).isZero());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void refusesEmptySequences(RecurrentLayer<?> layer) {
    for (Tensor x : List.of(zeros(0, 2, 3), zeros(0, 3), zeros(0, 0, 3))) {
      assertThatThrownBy(() -> forward(layer, x))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("length L of at least 1, got 0", x.shape().toString(), "leave");
    }
    assertThatThrownBy(() -> GRU.builder(3, 2).batchFirst(true).build().forward(zeros(2, 0, 3)))
        .hasMessage(
            "x: expected a length L of at least 1, got 0 in shape [2, 0, 3] = (N, L, H_in); leave"
                + " empty sequences out");
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "FLOAT64", "BFLOAT16", "FLOAT16"})
  void outputAndStatesHaveTheTypeOfTheInput(DType dtype) {
    layers()
        .forEach(
            layer -> {
              layer.to(dtype);
              forward(layer, zeros(5, 2, 3).to(dtype))
                  .forEach(result -> assertThat(result.dtype()).isEqualTo(dtype));
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"rnn", "lstm", "gru"})
  void bfloat16AgreesWithPyTorch(String kind) {
    Torch.manualSeed(0);
    RecurrentLayer<?> layer =
        switch (kind) {
          case "rnn" -> RNN.builder(3, 2).numLayers(2).bidirectional(true).build();
          case "lstm" -> LSTM.builder(3, 2).numLayers(2).bidirectional(true).build();
          default -> GRU.builder(3, 2).numLayers(2).bidirectional(true).build();
        };
    layer.to(DType.BFLOAT16);
    Torch.manualSeed(1);
    Tensor x = Torch.randn(4, 3, 3).to(DType.BFLOAT16).requiresGrad_(true);
    List<Tensor> parts = new ArrayList<>(forward(layer, x));
    parts.stream().map(Golden::weighted).reduce(Tensor::add).orElseThrow().backward();
    parts.add(x.grad());
    parts.replaceAll(part -> part.to(DType.FLOAT32));
    // bfloat16 has 8 bits of mantissa, and the order of rounding depends on the processor.
    Golden.of("sequences").checkRelative("bfloat16 " + kind, 0.03, parts);
  }

  @ParameterizedTest
  @CsvSource({
    "rnn, padded",
    "rnn, packed",
    "lstm, padded",
    "lstm, packed",
    "gru, padded",
    "gru, packed"
  })
  void dropoutAgreesWithPyTorch(String kind, String form) {
    for (boolean training : new boolean[] {true, false}) {
      Torch.manualSeed(0);
      RecurrentLayer<?> layer =
          switch (kind) {
            case "rnn" -> RNN.builder(3, 2).numLayers(3).dropout(0.4).bidirectional(true).build();
            case "lstm" -> LSTM.builder(3, 2).numLayers(3).dropout(0.4).bidirectional(true).build();
            default -> GRU.builder(3, 2).numLayers(3).dropout(0.4).bidirectional(true).build();
          };
      layer.train(training);
      Torch.manualSeed(1);
      Tensor x = Torch.randn(4, 3, 3).requiresGrad_(true);
      List<Tensor> parts =
          new ArrayList<>(
              form.equals("padded")
                  ? forward(layer, x)
                  : forward(layer, packPaddedSequence(x, new long[] {2, 4, 1}, false, false)));
      parts.stream().map(Golden::weighted).reduce(Tensor::add).orElseThrow().backward();
      parts.add(x.grad());
      Golden.of("sequences")
          .checkRelative("dropout %s %s %s".formatted(kind, form, training), 1e-5, parts);
    }
  }

  private static List<Tensor> forward(RecurrentLayer<?> layer, PackedSequence x) {
    return switch (layer) {
      case RNN rnn -> {
        PackedRecurrentOutput y = rnn.forward(x);
        yield List.of(y.output().data(), y.hN());
      }
      case GRU gru -> {
        PackedRecurrentOutput y = gru.forward(x);
        yield List.of(y.output().data(), y.hN());
      }
      case LSTM lstm -> {
        LSTM.PackedOutput y = lstm.forward(x);
        yield List.of(y.output().data(), y.hN(), y.cN());
      }
    };
  }

  @Test
  void hooksReceiveInputAndOutput() {
    LSTM lstm = LSTM.builder(3, 2).build();
    List<Object> seen = new ArrayList<>();
    lstm.registerForwardPreHook(
        (module, in) -> {
          seen.add(in);
          return null;
        });
    lstm.registerForwardHook(
        (module, in, out) -> {
          seen.add(out);
          return null;
        });
    Tensor x = zeros(5, 2, 3);
    LSTM.Output y = lstm.forward(x);
    PackedSequence packed = packSequence(List.of(zeros(2, 3), zeros(1, 3)));
    LSTM.PackedOutput z = lstm.forward(packed, zeros(1, 2, 2), zeros(1, 2, 2));
    assertThat(seen).containsExactly(x, y, packed, z);
  }

  /** The input that the pre-hook returns is checked and used. */
  @Test
  void aPreHookCanReplaceTheInput() {
    GRU gru = GRU.builder(3, 2).build();
    gru.registerForwardPreHook((module, in) -> ((Tensor) in).to(DType.FLOAT32));
    assertThat(gru.forward(zeros(new long[] {5, 2, 3}, DOUBLE)).hN().dtype())
        .isEqualTo(DType.FLOAT32);
  }

  @Test
  void allWeightsGroupsParametersByLayerAndDirection() {
    LSTM lstm = LSTM.builder(3, 4).numLayers(2).bidirectional(true).projSize(2).build();
    assertThat(lstm.allWeights()).hasSize(4).allSatisfy(w -> assertThat(w).hasSize(5));
    assertThat(lstm.allWeights().get(3).get(4))
        .isSameAs(lstm.namedParameters().get("weight_hr_l1_reverse"));
    assertThat(lstm.allWeights().stream().flatMap(List::stream))
        .containsExactlyElementsOf(lstm.parameters());
    lstm.flattenParameters();
    assertThat(lstm.projSize()).isEqualTo(2);
    assertThat(GRU.builder(3, 4).bias(false).build().allWeights().getFirst()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void forwardLeavesNoTemporariesBehind(boolean unsorted) {
    LSTM lstm = LSTM.builder(3, 2).build();
    GRUCell cell = new GRUCell(3, 2);
    try (var scope = new TensorScope()) {
      Tensor x = zeros(5, 3);
      PackedSequence packed =
          packSequence(unsorted ? List.of(zeros(1, 3), x) : List.of(x, zeros(1, 3)), !unsorted);
      long before = LiveTensors.settled();
      lstm.forward(x);
      lstm.forward(packed);
      cell.forward(x);
      cell.forward(x.select(0, 0), zeros(2));
      // Three results of each call of the layer, one of each of the cell, a state and a select.
      assertThat(Torch.memory().liveTensors() - before).isEqualTo(3 + 3 + 1 + 3);
    } finally {
      Reference.reachabilityFence(lstm);
      Reference.reachabilityFence(cell);
    }
  }

  @Test
  void dropoutHasNoEffectOnASingleLayer() {
    GRU gru = GRU.builder(3, 2).dropout(0.9).build();
    Tensor x = Torch.randn(5, 2, 3);
    assertThat(gru.forward(x).output().toFloatArray())
        .containsExactly(gru.forward(x).output().toFloatArray());
  }

  @Test
  void refusesInvalidInput() {
    RNN rnn = RNN.builder(3, 2).build();
    assertThatThrownBy(() -> rnn.forward(zeros(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "x: expected shape (L, N, H_in) with H_in=3 because batchFirst=false, or (L, H_in)"
                + " unbatched, got [3]: the last dimension must be inputSize");
    assertThatThrownBy(() -> rnn.forward(zeros(5, 2, 4))).hasMessageContaining("[5, 2, 4]");
    assertThatThrownBy(() -> rnn.forward(zeros(new long[] {5, 2, 3}, DOUBLE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "x: expected float32, the type of the weights, got float64; convert it with"
                + " .to(DType.FLOAT32), or the module with .to(DType.FLOAT64)");
    assertThatThrownBy(() -> rnn.forward(zeros(5, 2, 3).to(DType.INT64)))
        .hasMessageEndingWith("got int64; convert it with .to(DType.FLOAT32)");
    assertThatThrownBy(() -> rnn.forward(packSequence(List.of(zeros(2, 4)))))
        .hasMessage("x: expected packed data of shape (sum of lengths, H_in=3), got [2, 4]");
  }

  /** PyTorch's tutorials write {@code self.rnn(x, None)}. */
  @Test
  void nullStandsForStatesOfZeros() {
    Tensor x = Torch.randn(5, 4, 3);
    PackedSequence packed = packSequence(List.of(Torch.randn(1, 3), Torch.randn(2, 3)), false);
    GRU gru = GRU.builder(3, 2).build();
    assertSame(gru.forward(x, null).output(), gru.forward(x).output());
    assertSame(gru.forward(packed, null).hN(), gru.forward(packed).hN());
    RNN rnn = RNN.builder(3, 2).build();
    assertSame(rnn.forward(x, null).output(), rnn.forward(x).output());
    assertSame(rnn.forward(packed, null).hN(), rnn.forward(packed).hN());
    LSTM lstm = LSTM.builder(3, 2).build();
    assertSame(lstm.forward(x, null, null).cN(), lstm.forward(x).cN());
    assertSame(lstm.forward(packed, null, null).cN(), lstm.forward(packed).cN());
    Tensor step = x.select(0, 0);
    RNNCell rnnCell = new RNNCell(3, 2);
    assertSame(rnnCell.forward(step, null), rnnCell.forward(step));
    GRUCell gruCell = new GRUCell(3, 2);
    assertSame(gruCell.forward(step, null), gruCell.forward(step));
    LSTMCell lstmCell = new LSTMCell(3, 2);
    assertSame(lstmCell.forward(step, null, null).c(), lstmCell.forward(step).c());
    assertThatThrownBy(() -> lstm.forward(x, zeros(1, 4, 2), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "h0, c0: expected all states, or null for all, which stands for zeros, got null for"
                + " some");
    assertThatThrownBy(() -> lstmCell.forward(step, null, zeros(4, 2)))
        .hasMessageStartingWith("h, c: expected all states, or null for all");
  }

  private static void assertSame(Tensor actual, Tensor expected) {
    assertThat(actual.toFloatArray()).containsExactly(expected.toFloatArray());
  }

  @Test
  void refusesInvalidStates() {
    GRU gru = GRU.builder(3, 2).numLayers(2).build();
    Tensor x = zeros(5, 4, 3);
    assertThatThrownBy(() -> gru.forward(x, zeros(2, 3, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "h0: expected shape (D * numLayers, N, H) = [2, 4, 2] for batched input, got [2, 3,"
                + " 2]");
    assertThatThrownBy(() -> gru.forward(x, zeros(2, 2)))
        .hasMessage(
            "h0: expected shape (D * numLayers, N, H) = [2, 4, 2] for batched input, got [2, 2];"
                + " x has a batch dimension, so that the state has one: unsqueeze(1)");
    assertThatThrownBy(() -> gru.forward(zeros(5, 3), zeros(2, 1, 2)))
        .hasMessage(
            "h0: expected shape (D * numLayers, H) = [2, 2] for unbatched input, got [2, 1, 2]; x"
                + " has no batch dimension, so that the state has none: squeeze(1)");
    assertThatThrownBy(() -> gru.forward(x, zeros(new long[] {2, 4, 2}, DOUBLE)))
        .hasMessage(
            "h0: expected float32, the type of x, got float64; convert it with"
                + " .to(DType.FLOAT32)");
    LSTM lstm = LSTM.builder(3, 4).projSize(2).build();
    assertThatThrownBy(() -> lstm.forward(x, zeros(1, 4, 4), zeros(1, 4, 4)))
        .hasMessage(
            "h0: expected shape (D * numLayers, N, H_out) = [1, 4, 2] for batched input, got [1,"
                + " 4, 4]");
    assertThatThrownBy(() -> lstm.forward(x, zeros(1, 4, 2), zeros(1, 4, 2)))
        .hasMessageStartingWith("c0: expected shape (D * numLayers, N, H) = [1, 4, 4]");
    PackedSequence packed = packSequence(List.of(zeros(1, 3), zeros(2, 3)), false);
    assertThatThrownBy(() -> lstm.forward(packed, zeros(1, 3, 2), zeros(1, 3, 4)))
        .hasMessageStartingWith("h0: expected shape (D * numLayers, N, H_out) = [1, 2, 2]");
  }

  @Test
  void cellsRefuseInvalidArguments() {
    LSTMCell cell = new LSTMCell(3, 2);
    assertThatThrownBy(() -> cell.forward(zeros(5, 4, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(N, H_in) with H_in=3, or (H_in) unbatched, got [5, 4, 3]")
        .hasMessageContaining("a cell takes one step");
    assertThatThrownBy(() -> cell.forward(zeros(4, 2))).hasMessageContaining("got [4, 2]");
    assertThatThrownBy(() -> cell.forward(zeros(4, 3), zeros(1, 2), zeros(4, 2)))
        .hasMessage("h: expected shape (N, H) = [4, 2] for batched input, got [1, 2]");
    assertThatThrownBy(() -> cell.forward(zeros(4, 3), zeros(4, 2), zeros(4, 3)))
        .hasMessage("c: expected shape (N, H) = [4, 2] for batched input, got [4, 3]");
    assertThatThrownBy(() -> cell.forward(zeros(3), zeros(1, 2), zeros(1, 2)))
        .hasMessage(
            "h: expected shape (H) = [2] for unbatched input, got [1, 2]; x has no batch"
                + " dimension, so that the state has none: squeeze(0)");
    assertThatThrownBy(() -> cell.forward(zeros(4, 3), zeros(1, 4, 2), zeros(1, 4, 2)))
        .hasMessage(
            "h: expected shape (N, H) = [4, 2] for batched input, got [1, 4, 2]; a cell has no"
                + " layers: select(0, layer) takes the state of one");
    assertThatThrownBy(() -> cell.forward(zeros(new long[] {4, 3}, DOUBLE)))
        .hasMessageContaining("got float64");
    assertThatThrownBy(() -> new GRUCell(3, 0))
        .hasMessage("hiddenSize: expected at least 1, got 0");
    assertThat(new RNNCell(3, 2).namedParameters().keySet())
        .containsExactly("weight_ih", "weight_hh", "bias_ih", "bias_hh");
    assertThat(cell.forward(zeros(0, 3)).c().shape()).isEqualTo(Shape.of(0, 2));
    assertThat(new GRUCell(3, 2, false).biasIh()).isNull();
  }

  @Test
  void printsAsPyTorchDoes() throws IOException {
    Map<String, String> printed =
        SafeTensors.loadMetadata(Path.of("src/test/resources/golden/reprs.safetensors"));
    assertThat(RNN.builder(3, 4).build()).hasToString(printed.get("rnn"));
    assertThat(
            RNN.builder(3, 4).nonlinearity(RNN.Nonlinearity.RELU).numLayers(2).dropout(0.5).build())
        .hasToString(printed.get("rnn relu"));
    assertThat(
            LSTM.builder(3, 4)
                .numLayers(2)
                .bias(false)
                .batchFirst(true)
                .dropout(1e-5)
                .projSize(2)
                .build())
        .hasToString(printed.get("lstm"));
    GRU closed = GRU.builder(3, 4).bidirectional(true).build();
    closed.parameters().getFirst().close();
    assertThat(closed).hasToString(printed.get("gru"));
    var rnns =
        new ModuleList<Module>(
            List.of(
                GRU.builder(3, 4).build(), GRU.builder(3, 4).build(), LSTM.builder(4, 5).build()));
    assertThat(new ModuleDict<Module>(Map.of("rnns", rnns))).hasToString(printed.get("nested"));
  }
}
