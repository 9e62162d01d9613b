package panama.torch.nn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.padPackedSequence;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.SelectedBackend;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * Compares results and gradients of RNN, GRU and LSTM with PyTorch, for all combinations of
 * options.
 */
@ExtendWith(SelectedBackend.Aten.class)
class RecurrentGoldenTest {
  private static final Golden GOLDEN = Golden.of("recurrent");
  private static final long N = 2;
  private static final long L = 3;
  private static final long IN = 3;
  private static final long H = 2;
  private static final long PROJECTED = 1;

  private enum Form {
    UNBATCHED,
    BATCHED,
    PACKED_SORTED,
    PACKED_UNSORTED
  }

  /** Creates the layer that a name describes: kind, layers, bidirectional, bias. */
  private static RecurrentLayer<?> layer(String[] options, boolean batchFirst) {
    Torch.manualSeed(0);
    return switch (options[0]) {
      case "rnn_tanh" -> with(RNN.builder(IN, H), options, batchFirst).build();
      case "rnn_relu" ->
          with(RNN.builder(IN, H).nonlinearity(RNN.Nonlinearity.RELU), options, batchFirst).build();
      case "gru" -> with(GRU.builder(IN, H), options, batchFirst).build();
      case "lstm" -> with(LSTM.builder(IN, H), options, batchFirst).build();
      case "lstm_projected" ->
          with(LSTM.builder(IN, H).projSize(PROJECTED), options, batchFirst).build();
      default -> throw new AssertionError(options[0]);
    };
  }

  private static <B extends RecurrentLayer.Builder<B>> B with(
      B builder, String[] options, boolean batchFirst) {
    return builder
        .numLayers(Integer.parseInt(options[1]))
        .bidirectional(Boolean.parseBoolean(options[2]))
        .bias(Boolean.parseBoolean(options[3]))
        .batchFirst(batchFirst);
  }

  static Stream<String> configurations() {
    return GOLDEN.names().stream().filter(name -> name.startsWith("drawn "));
  }

  static Stream<String> cases() {
    return GOLDEN.names().stream().filter(name -> !name.startsWith("drawn "));
  }

  @Test
  void everyCombinationHasACase() {
    assertThat(configurations()).hasSize(5 * 3 * 2 * 2);
    assertThat(cases()).hasSize(5 * 3 * 2 * 2 * 2 * 4 * 2 * 2);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("configurations")
  void drawsWhatPyTorchDraws(String name) {
    RecurrentLayer<?> layer = layer(name.substring("drawn ".length()).split(" ", -1), false);
    GOLDEN.checkRelative(name, 0, layer.parameters());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithPyTorch(String name) {
    String[] options = name.split(" ", -1);
    boolean bidirectional = Boolean.parseBoolean(options[2]);
    boolean batchFirst = Boolean.parseBoolean(options[4]);
    Form form = Form.valueOf(options[5].toUpperCase(Locale.ROOT));
    boolean given = Boolean.parseBoolean(options[6]);
    DType dtype = DType.valueOf(options[7].toUpperCase(Locale.ROOT));

    try (TensorScope scope = new TensorScope()) {
      RecurrentLayer<?> layer = layer(options, batchFirst);
      layer.to(dtype);
      Torch.manualSeed(1);
      boolean unbatched = form == Form.UNBATCHED;
      List<Tensor> leaves = new ArrayList<>();
      leaves.add(
          unbatched
              ? Torch.randn(L, IN)
              : batchFirst ? Torch.randn(N, L, IN) : Torch.randn(L, N, IN));
      if (given) {
        long d = layer.numLayers() * (bidirectional ? 2L : 1L);
        for (long size : stateSizes(layer)) {
          leaves.add(unbatched ? Torch.randn(d, size) : Torch.randn(d, N, size));
        }
      }
      leaves.replaceAll(leaf -> leaf.to(dtype).requiresGrad_(true));

      List<Tensor> results = forward(layer, leaves, form);
      results.stream().map(Golden::weighted).reduce(Tensor::add).orElseThrow().backward();

      leaves.addAll(layer.parameters());
      List<Tensor> parts = new ArrayList<>(results);
      leaves.forEach(leaf -> parts.add(requireNonNull(leaf.grad())));
      GOLDEN.checkRelative(name, dtype == DType.FLOAT64 ? 1e-10 : 1e-5, parts);
    }
  }

  private static long[] stateSizes(RecurrentLayer<?> layer) {
    long h = layer.hiddenSize();
    return switch (layer) {
      case LSTM lstm -> new long[] {lstm.projSize() > 0 ? lstm.projSize() : h, h};
      case HiddenStateLayer<?> other -> new long[] {h};
    };
  }

  /** Returns the output and the final states for x and, if given, initial states. */
  private static List<Tensor> forward(RecurrentLayer<?> layer, List<Tensor> in, Form form) {
    Tensor x = in.getFirst();
    boolean given = in.size() > 1;
    if (form == Form.UNBATCHED || form == Form.BATCHED) {
      RecurrentOutput y =
          !given
              ? layer.forward(x)
              : switch (layer) {
                case LSTM lstm -> lstm.forward(x, in.get(1), in.get(2));
                case HiddenStateLayer<?> other -> other.forward(x, in.get(1));
              };
      return withCell(y.output(), y.hN(), y instanceof LSTM.Output lstm ? lstm.cN() : null);
    }
    boolean batchFirst = layer.batchFirst();
    PackedSequence packed =
        form == Form.PACKED_SORTED
            ? packPaddedSequence(x, new long[] {3, 2}, batchFirst)
            : packPaddedSequence(x, new long[] {2, 3}, batchFirst, false);
    PackedRecurrentOutput y =
        !given
            ? layer.forward(packed)
            : switch (layer) {
              case LSTM lstm -> lstm.forward(packed, in.get(1), in.get(2));
              case HiddenStateLayer<?> other -> other.forward(packed, in.get(1));
            };
    return withCell(
        padPackedSequence(y.output(), batchFirst).data(),
        y.hN(),
        y instanceof LSTM.PackedOutput lstm ? lstm.cN() : null);
  }

  private static List<Tensor> withCell(Tensor output, Tensor h, @Nullable Tensor c) {
    return c == null ? List.of(output, h) : List.of(output, h, c);
  }
}
