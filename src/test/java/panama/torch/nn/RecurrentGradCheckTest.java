package panama.torch.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static panama.torch.autograd.GradCheck.gradcheck;
import static panama.torch.autograd.GradCheck.gradgradcheck;
import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import panama.torch.DType;
import panama.torch.SelectedBackend;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.Torch;
import panama.torch.nn.utils.rnn.PackedSequence;

/**
 * Checks first and second derivatives of every kind of layer and cell with respect to input,
 * initial states and parameters.
 */
@ExtendWith(SelectedBackend.Aten.class)
class RecurrentGradCheckTest {
  private static final long N = 2;
  private static final long L = 2;
  private static final long IN = 2;
  private static final long H = 2;

  /** A module with its initial states. */
  private record Subject(
      Module module, Function<List<Tensor>, List<Tensor>> forward, List<Tensor> inputs) {}

  enum Kind {
    RNN_TANH,
    RNN_RELU,
    LSTM,
    LSTM_PROJECTED,
    GRU,
    RNN_TANH_CELL,
    RNN_RELU_CELL,
    LSTM_CELL,
    GRU_CELL
  }

  private static Tensor input(long... sizes) {
    return Torch.randn(sizes, TensorOptions.of(DType.FLOAT64)).requiresGrad_(true);
  }

  private static Subject subject(Kind kind, boolean bidirectional, boolean packed) {
    Torch.manualSeed(3);
    long d = bidirectional ? 2 : 1;
    Tensor x = input(L, N, IN);
    Tensor step = input(N, IN);
    return switch (kind) {
      case RNN_TANH, RNN_RELU -> {
        RNN rnn =
            RNN.builder(IN, H)
                .bidirectional(bidirectional)
                .nonlinearity(kind == Kind.RNN_TANH ? RNN.Nonlinearity.TANH : RNN.Nonlinearity.RELU)
                .build();
        yield new Subject(
            rnn,
            in -> {
              if (packed) {
                PackedRecurrentOutput y = rnn.forward(pack(in), in.get(1));
                return List.of(y.output().data(), y.hN());
              }
              RecurrentOutput y = rnn.forward(in.get(0), in.get(1));
              return List.of(y.output(), y.hN());
            },
            List.of(x, input(d, N, H)));
      }
      case GRU -> {
        GRU gru = GRU.builder(IN, H).bidirectional(bidirectional).build();
        yield new Subject(
            gru,
            in -> {
              if (packed) {
                PackedRecurrentOutput y = gru.forward(pack(in), in.get(1));
                return List.of(y.output().data(), y.hN());
              }
              RecurrentOutput y = gru.forward(in.get(0), in.get(1));
              return List.of(y.output(), y.hN());
            },
            List.of(x, input(d, N, H)));
      }
      case LSTM, LSTM_PROJECTED -> {
        long out = kind == Kind.LSTM ? H : 1;
        LSTM lstm =
            LSTM.builder(IN, H)
                .bidirectional(bidirectional)
                .projSize(kind == Kind.LSTM ? 0 : out)
                .build();
        yield new Subject(
            lstm,
            in -> {
              if (packed) {
                LSTM.PackedOutput y = lstm.forward(pack(in), in.get(1), in.get(2));
                return List.of(y.output().data(), y.hN(), y.cN());
              }
              LSTM.Output y = lstm.forward(in.get(0), in.get(1), in.get(2));
              return List.of(y.output(), y.hN(), y.cN());
            },
            List.of(x, input(d, N, out), input(d, N, H)));
      }
      case RNN_TANH_CELL, RNN_RELU_CELL -> {
        RNNCell cell =
            new RNNCell(
                IN,
                H,
                true,
                kind == Kind.RNN_TANH_CELL ? RNN.Nonlinearity.TANH : RNN.Nonlinearity.RELU);
        yield new Subject(
            cell, in -> List.of(cell.forward(in.get(0), in.get(1))), List.of(step, input(N, H)));
      }
      case GRU_CELL -> {
        GRUCell cell = new GRUCell(IN, H);
        yield new Subject(
            cell, in -> List.of(cell.forward(in.get(0), in.get(1))), List.of(step, input(N, H)));
      }
      case LSTM_CELL -> {
        LSTMCell cell = new LSTMCell(IN, H);
        yield new Subject(
            cell,
            in -> {
              LSTMCell.Output y = cell.forward(in.get(0), in.get(1), in.get(2));
              return List.of(y.h(), y.c());
            },
            List.of(step, input(N, H), input(N, H)));
      }
    };
  }

  private static PackedSequence pack(List<Tensor> in) {
    return packPaddedSequence(in.getFirst(), new long[] {1, 2}, false, false);
  }

  private static List<Tensor> withParameters(Subject subject) {
    subject.module().to(DType.FLOAT64);
    List<Tensor> all = new ArrayList<>(subject.inputs());
    all.addAll(subject.module().parameters());
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void gradientsAreCorrect(Kind kind) {
    Subject subject = subject(kind, true, false);
    assertThat(gradcheck(subject.forward(), withParameters(subject))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = ".*_CELL")
  void gradientsThroughPackingAreCorrect(Kind kind) {
    Subject subject = subject(kind, false, true);
    assertThat(gradcheck(subject.forward(), withParameters(subject))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void gradientsOfGradientsAreCorrect(Kind kind) {
    Subject subject = subject(kind, false, false);
    assertThat(gradgradcheck(subject.forward(), withParameters(subject))).isTrue();
  }
}
