package panama.torch.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static panama.torch.Torch.manualSeed;
import static panama.torch.Torch.randn;
import static panama.torch.nn.utils.rnn.Sequences.packPaddedSequence;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.GRU;
import panama.torch.nn.GRUCell;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.RNN;
import panama.torch.nn.Sequential;
import panama.torch.optim.SGD;
import panama.torch.train.GradientReport.Kind;

class GradientHealthTest {
  private static final int LENGTH = 60;

  @BeforeEach
  void seed() {
    manualSeed(0);
  }

  /** An RNN whose recurrent weights are a multiple of the identity, without biases. */
  private static RNN scaled(double factor) {
    RNN rnn = RNN.builder(2, 4).bias(false).nonlinearity(RNN.Nonlinearity.RELU).build();
    try (var noGrad = Torch.noGrad()) {
      rnn.getParameter("weight_hh_l0").copy_(Torch.eye(4).mul(factor));
      rnn.getParameter("weight_ih_l0").abs_();
    }
    return rnn;
  }

  private static GradientReport lastStepReport(RNN rnn) {
    try (GradientHealth health = new GradientHealth(rnn)) {
      rnn.forward(randn(LENGTH, 3, 2).abs()).output().select(0, -1).sum().backward();
      return health.report();
    }
  }

  @Test
  void aSmallRecurrentWeightMakesGradientsVanish() {
    GradientReport report = lastStepReport(scaled(0.5));
    double[] norms = report.steps().get("RNN");
    assertThat(norms).hasSize(LENGTH);
    for (int step = 1; step < LENGTH; step++) {
      assertThat(norms[step - 1]).isCloseTo(norms[step] / 2, within(1e-6 * norms[step]));
    }
    assertThat(report.warnings())
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.kind()).isEqualTo(Kind.VANISHING);
              assertThat(warning.layer()).isEqualTo("RNN");
              assertThat(warning.step()).isEqualTo(LENGTH - 1 - 20); // 2^-20 < 1e-6
            });
  }

  @Test
  void aLargeRecurrentWeightMakesGradientsExplode() {
    assertThat(lastStepReport(scaled(2)).warnings())
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.kind()).isEqualTo(Kind.EXPLODING);
              assertThat(warning.step()).isEqualTo(LENGTH - 1 - 10); // 2^10 > 1e3
            });
  }

  @Test
  void aWeightOfOneIsHealthy() {
    GradientReport report = lastStepReport(scaled(1));
    assertThat(report.warnings()).isEmpty();
    assertThat(report.parameters()).containsOnlyKeys("weight_ih_l0", "weight_hh_l0");
  }

  @Test
  void gradientsThatAreNotFiniteAreNamed() {
    GRU gru = new GRU(2, 3);
    try (GradientHealth health = new GradientHealth(gru)) {
      gru.forward(randn(5, 1, 2)).output().mul(Double.NaN).sum().backward();
      assertThat(health.report().warnings())
          .extracting(GradientReport.Warning::kind)
          .containsOnly(Kind.NOT_FINITE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void normsAreThoseOfTheGradientOfTheInput(boolean batchFirst) {
    LSTM lstm = LSTM.builder(2, 3).batchFirst(batchFirst).build();
    Tensor x = randn(4, 4, 2).requiresGrad_(true);
    try (GradientHealth health = new GradientHealth(lstm)) {
      lstm.forward(x).output().square().sum().backward();
      List<Tensor> steps = x.grad().unbind(batchFirst ? 1 : 0);
      double[] norms = health.report().steps().get("LSTM");
      for (int step = 0; step < 4; step++) {
        assertThat(norms[step])
            .isCloseTo(steps.get(step).square().sum().sqrt().item(), within(1e-6));
      }
    }
  }

  @Test
  void packedSequencesAndCellsHaveTheStepsOfPaddedOnes() {
    GRU gru = new GRU(2, 3);
    GRUCell cell = new GRUCell(2, 3);
    cell.weightIh().detach().copy_(gru.getParameter("weight_ih_l0"));
    cell.weightHh().detach().copy_(gru.getParameter("weight_hh_l0"));
    cell.biasIh().detach().copy_(gru.getParameter("bias_ih_l0"));
    cell.biasHh().detach().copy_(gru.getParameter("bias_hh_l0"));
    Tensor x = randn(5, 2, 2);
    double[] padded;
    double[] packed;
    double[] cells;
    try (GradientHealth health = new GradientHealth(gru)) {
      gru.forward(x).hN().sum().backward();
      padded = health.report().steps().get("GRU");
      gru.forward(packPaddedSequence(x, new long[] {5, 5})).hN().sum().backward();
      packed = health.report().steps().get("GRU");
    }
    try (GradientHealth health = new GradientHealth(cell)) {
      Tensor h = Torch.zeros(2, 3);
      for (int step = 0; step < 5; step++) {
        h = cell.forward(x.select(0, step), h);
      }
      h.sum().backward();
      cells = health.report().steps().get("GRUCell");
    }
    assertThat(packed).containsExactly(padded, within(1e-6));
    assertThat(cells).containsExactly(padded, within(1e-6));
  }

  @Test
  void aClosedRecorderHasNoEffect() {
    GRU gru = new GRU(2, 3);
    GradientHealth health = new GradientHealth(gru);
    health.close();
    gru.forward(randn(5, 1, 2)).output().sum().backward();
    assertThatThrownBy(health::report).hasMessageContaining("expected a backward pass");
  }

  @Test
  void aModelWithoutRecurrentLayersIsRefused() {
    assertThatThrownBy(() -> new GradientHealth(new Sequential(new Linear(1, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected recurrent layers or cells, got Sequential");
  }

  @Test
  void itIsACallbackOfATrainer() {
    RNN rnn = scaled(0.5);
    try (GradientHealth health = new GradientHealth(rnn)) {
      Trainer.builder(
              rnn,
              new SGD(rnn.parameters(), 1e-3),
              (Tensor x) -> new StepOutput(rnn.forward(x).output().select(0, -1).sum()))
          .epochs(2)
          .callbacks(health)
          .build()
          .fit(List.of(randn(LENGTH, 3, 2)));
    }
  }

  @Test
  void aReportHasANormForEachLayer() {
    assertThatThrownBy(() -> new GradientReport(Map.of("gru", new double[0]), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected at least one norm for each layer, got none for 'gru'");
  }
}
