package panama.torch.nn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.io.SafeTensors;

/** Compares two steps of every cell and their gradients with PyTorch. */
@Tag("locale")
class RecurrentCellGoldenTest {
  private static final Golden GOLDEN = Golden.of("sequences");
  private static final long N = 3;
  private static final long IN = 3;
  private static final long H = 2;

  static Stream<String> cases() {
    List<String> cases =
        GOLDEN.names().stream().filter(name -> name.matches("(rnn_|lstm |gru ).*")).toList();
    assertThat(cases).hasSize(4 * 2 * 2 * 2 * 2);
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithPyTorch(String name) throws IOException {
    String[] options = name.split(" ", -1);
    boolean bias = Boolean.parseBoolean(options[1]);
    boolean unbatched = Boolean.parseBoolean(options[2]);
    boolean given = Boolean.parseBoolean(options[3]);
    DType dtype = DType.valueOf(options[4].toUpperCase(Locale.ROOT));

    Torch.manualSeed(0);
    RNNCellBase<?> cell =
        switch (options[0]) {
          case "rnn_tanh" -> new RNNCell(IN, H, bias, RNN.Nonlinearity.TANH);
          case "rnn_relu" -> new RNNCell(IN, H, bias, RNN.Nonlinearity.RELU);
          case "lstm" -> new LSTMCell(IN, H, bias);
          case "gru" -> new GRUCell(IN, H, bias);
          default -> throw new AssertionError(name);
        };
    cell.to(dtype);
    List<Tensor> parts = new ArrayList<>(cell.parameters());

    Torch.manualSeed(1);
    List<Tensor> leaves = new ArrayList<>();
    leaves.add(unbatched ? Torch.randn(2, IN) : Torch.randn(2, N, IN));
    for (int i = 0; given && i < cell.stateNames().size(); i++) {
      leaves.add(unbatched ? Torch.randn(H) : Torch.randn(N, H));
    }
    leaves.replaceAll(leaf -> leaf.to(dtype).requiresGrad_(true));

    List<Tensor> results = new ArrayList<>();
    List<Tensor> states = leaves.subList(1, leaves.size());
    for (int t = 0; t < 2; t++) {
      states = step(cell, leaves.getFirst().select(0, t), states);
      results.addAll(states);
    }
    results.stream().map(Golden::weighted).reduce(Tensor::add).orElseThrow().backward();

    parts.addAll(results);
    leaves.addAll(cell.parameters());
    leaves.forEach(leaf -> parts.add(requireNonNull(leaf.grad())));
    GOLDEN.checkRelative(name, dtype == DType.FLOAT64 ? 1e-10 : 1e-5, parts);

    Map<String, String> printed =
        SafeTensors.loadMetadata(Path.of("src/test/resources/golden/sequences.safetensors"));
    assertThat(cell).hasToString(printed.get("print %s %s".formatted(options[0], bias)));
  }

  private static List<Tensor> step(RNNCellBase<?> cell, Tensor x, List<Tensor> states) {
    return switch (cell) {
      case RNNCell rnn ->
          List.of(states.isEmpty() ? rnn.forward(x) : rnn.forward(x, states.getFirst()));
      case GRUCell gru ->
          List.of(states.isEmpty() ? gru.forward(x) : gru.forward(x, states.getFirst()));
      case LSTMCell lstm -> {
        LSTMCell.Output y =
            states.isEmpty() ? lstm.forward(x) : lstm.forward(x, states.get(0), states.get(1));
        yield List.of(y.h(), y.c());
      }
    };
  }
}
