package panama.torch.nn;

import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;
import static panama.torch.nn.utils.rnn.Sequences.padPackedSequence;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.utils.rnn.PackedSequence;

/** Every combination of options of RNN, GRU and LSTM, forwards and backwards. */
class RecurrentGoldenTest {
  private static final Golden GOLDEN = Golden.of("recurrent");
  private static final long N = 2;
  private static final long L = 3;
  private static final long IN = 2;
  private static final long H = 3;
  private static final long PROJECTED = 2;

  static Stream<String> cases() {
    return GOLDEN.names().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithPyTorch(String name) {
    String[] options = name.split(" ");
    String kind = options[0];
    int numLayers = Integer.parseInt(options[1]);
    boolean bidirectional = options[2].equals("True");
    boolean batchFirst = options[4].equals("True");
    String form = options[5];
    boolean given = options[6].equals("True");
    boolean lstm = kind.startsWith("lstm");

    Torch.manualSeed(0);
    RecurrentLayer layer =
        switch (kind) {
          case "rnn_tanh" -> with(RNN.builder(IN, H), options).build();
          case "rnn_relu" ->
              with(RNN.builder(IN, H).nonlinearity(RNN.Nonlinearity.RELU), options).build();
          case "gru" -> with(GRU.builder(IN, H), options).build();
          case "lstm" -> with(LSTM.builder(IN, H), options).build();
          default -> with(LSTM.builder(IN, H).projSize(PROJECTED), options).build();
        };
    List<Tensor> parts =
        new ArrayList<>(layer.parameters().stream().map(p -> p.detach().copy()).toList());

    Torch.manualSeed(1);
    boolean unbatched = form.equals("unbatched");
    Tensor x =
        (unbatched
                ? Torch.randn(L, IN)
                : batchFirst ? Torch.randn(N, L, IN) : Torch.randn(L, N, IN))
            .requiresGrad_(true);
    long d = numLayers * (bidirectional ? 2L : 1L);
    long out = kind.equals("lstm_projected") ? PROJECTED : H;
    Tensor h0 = unbatched ? Torch.randn(d, out) : Torch.randn(d, N, out);
    Tensor c0 = !lstm ? h0 : unbatched ? Torch.randn(d, H) : Torch.randn(d, N, H);

    List<Tensor> results =
        form.equals("packed")
            ? packed(layer, x, batchFirst, given, h0, c0)
            : padded(layer, x, given, h0, c0);
    results.stream().map(Golden::weighted).reduce(Tensor::add).orElseThrow().backward();

    parts.addAll(results);
    parts.add(x.grad());
    layer.parameters().forEach(p -> parts.add(p.grad()));
    GOLDEN.check(name, 1e-5, parts.stream().map(Objects::requireNonNull).toArray(Tensor[]::new));
  }

  private static <B extends RecurrentLayer.Builder<B>> B with(B builder, String[] options) {
    return builder
        .numLayers(Integer.parseInt(options[1]))
        .bidirectional(options[2].equals("True"))
        .bias(options[3].equals("True"))
        .batchFirst(options[4].equals("True"));
  }

  private static List<Tensor> padded(
      RecurrentLayer layer, Tensor x, boolean given, Tensor h0, Tensor c0) {
    return switch (layer) {
      case RNN rnn -> {
        RNN.Output y = given ? rnn.forward(x, h0) : rnn.forward(x);
        yield List.of(y.output(), y.h());
      }
      case GRU gru -> {
        GRU.Output y = given ? gru.forward(x, h0) : gru.forward(x);
        yield List.of(y.output(), y.h());
      }
      case LSTM lstm -> {
        LSTM.Output y = given ? lstm.forward(x, h0, c0) : lstm.forward(x);
        yield List.of(y.output(), y.h(), y.c());
      }
    };
  }

  private static List<Tensor> packed(
      RecurrentLayer layer, Tensor x, boolean batchFirst, boolean given, Tensor h0, Tensor c0) {
    PackedSequence sequences = packPaddedSequence(x, new long[] {2, 3}, batchFirst, false);
    return switch (layer) {
      case RNN rnn -> {
        RNN.PackedOutput y = given ? rnn.forward(sequences, h0) : rnn.forward(sequences);
        yield List.of(padPackedSequence(y.output(), batchFirst).data(), y.h());
      }
      case GRU gru -> {
        GRU.PackedOutput y = given ? gru.forward(sequences, h0) : gru.forward(sequences);
        yield List.of(padPackedSequence(y.output(), batchFirst).data(), y.h());
      }
      case LSTM lstm -> {
        LSTM.PackedOutput y = given ? lstm.forward(sequences, h0, c0) : lstm.forward(sequences);
        yield List.of(padPackedSequence(y.output(), batchFirst).data(), y.h(), y.c());
      }
    };
  }
}
