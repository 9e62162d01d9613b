package panama.torch.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static panama.torch.Torch.ones;
import static panama.torch.Torch.tensor;
import static panama.torch.Torch.zeros;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import panama.torch.DType;
import panama.torch.DTypeException;
import panama.torch.IndexException;
import panama.torch.ShapeException;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;

@Tag("locale")
class MetricsTest {
  private static final Tensor ONE_TWO = tensor(new long[] {1, 2});

  static Stream<Metric> ofClasses() {
    return Stream.of(
        new Accuracy(),
        new TopKAccuracy(2),
        new Precision(3, Average.MACRO),
        new Recall(3, Average.MACRO),
        new F1(3, Average.MACRO),
        new ConfusionMatrix(3),
        new Perplexity());
  }

  static Stream<Metric> ofNumbers() {
    return Stream.of(
        new MeanAbsoluteError(),
        new MeanSquaredError(),
        new RootMeanSquaredError(),
        new MeanAbsolutePercentageError(),
        new R2Score());
  }

  static Stream<Metric> all() {
    return Stream.concat(ofClasses(), ofNumbers());
  }

  @ParameterizedTest
  @MethodSource("all")
  void computeNeedsAnUpdate(Metric metric) {
    assertThatThrownBy(metric::compute)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(metric.name() + ": compute() before update(");
    boolean numbers = ofNumbers().anyMatch(other -> other.name().equals(metric.name()));
    metric.update(numbers ? zeros(0) : zeros(0, 3), numbers ? zeros(0) : whole(0));
    assertThatThrownBy(metric::compute).isInstanceOf(IllegalStateException.class);
    metric.update(numbers ? ones(2) : zeros(2, 3), numbers ? ones(2) : ONE_TWO);
    assertThat(metric.compute()).isNotNaN();
    metric.reset();
    assertThatThrownBy(metric::compute).isInstanceOf(IllegalStateException.class);
  }

  private static Tensor whole(long size) {
    return zeros(size).to(DType.INT64);
  }

  @ParameterizedTest
  @MethodSource("ofClasses")
  void aTargetThatIsNoClassIsNamedAndTheBatchNotCounted(Metric metric) {
    metric.update(zeros(2, 3), ONE_TWO);
    double before = metric.compute();
    assertThatThrownBy(() -> metric.update(zeros(2, 3), tensor(new long[] {0, 3})))
        .isInstanceOf(IndexException.class)
        .hasMessage("targets: expected class indices from 0 to 2, got 3 at 1");
    assertThatThrownBy(() -> metric.update(zeros(2, 3), tensor(new long[] {-1, 0})))
        .isInstanceOf(IndexException.class)
        .hasMessageContaining("got -1 at 0");
    assertThat(metric.compute()).isEqualTo(before);
  }

  @Test
  void aPredictedIndexThatIsNoClassIsNamed() {
    assertThatThrownBy(() -> new ConfusionMatrix(3).update(tensor(new long[] {0, 5}), ONE_TWO))
        .isInstanceOf(IndexException.class)
        .hasMessage("predictions: expected class indices from 0 to 2, got 5 at 1");
    assertThatThrownBy(() -> new Accuracy().update(tensor(new long[] {0, -5}), ONE_TWO))
        .isInstanceOf(IndexException.class)
        .hasMessage("predictions: expected class indices of at least 0, got -5 at 1");
  }

  @ParameterizedTest
  @MethodSource("ofClasses")
  void differentNumbersOfPredictionsAndTargetsAreRefused(Metric metric) {
    assertThatThrownBy(() -> metric.update(zeros(3, 3), ONE_TWO))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("[3, 3]")
        .hasMessageContaining("[2]");
    assertThatThrownBy(() -> metric.update(zeros(new long[0]), ONE_TWO))
        .isInstanceOf(ShapeException.class);
  }

  @Test
  void scoresMustHaveTheNumberOfClasses() {
    assertThatThrownBy(() -> new F1(4, Average.MACRO).update(zeros(2, 3), ONE_TWO))
        .isInstanceOf(ShapeException.class)
        .hasMessage("predictions: expected (N, C) with C=numClasses=4, got [2, 3]");
  }

  @Test
  void typesAreChecked() {
    assertThatThrownBy(() -> new Accuracy().update(zeros(2), ONE_TWO))
        .isInstanceOf(DTypeException.class)
        .hasMessageContaining("p.gt(0.5)");
    assertThatThrownBy(() -> new Accuracy().update(zeros(2, 3), zeros(2)))
        .isInstanceOf(DTypeException.class)
        .hasMessageStartingWith("targets: ");
    assertThatThrownBy(() -> new Accuracy().update(whole(6).view(2, 3), ONE_TWO))
        .isInstanceOf(DTypeException.class)
        .hasMessageStartingWith("predictions: ");
  }

  @Test
  void thresholdsOfProbabilitiesAreClasses() {
    F1 f1 = new F1();
    Tensor probabilities = tensor(new float[] {0.9f, 0.2f, 0.7f});
    f1.update(probabilities.gt(0.5), tensor(new int[] {1, 0, 0}));
    assertThat(f1.compute()).isEqualTo(2.0 / 3);
  }

  @ParameterizedTest
  @MethodSource("ofNumbers")
  void shapesThatWouldBroadcastAreRefused(Metric metric) {
    assertThatThrownBy(() -> metric.update(zeros(4, 1), zeros(4)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(
            "predictions: expected the shape of targets, [4], got [4, 1]; squeeze(-1) or"
                + " reshape(...) one of them");
  }

  @Test
  void perplexityOfSequencesIsThatOfTheirTokens() {
    Tensor logits = Torch.randn(4, 5, 3);
    Tensor targets = Torch.randint(0, 3, 4, 5);
    Perplexity sequences = new Perplexity();
    Perplexity tokens = new Perplexity();
    sequences.update(logits, targets);
    tokens.update(logits.view(20, 3), targets.view(20));
    assertThat(sequences.compute()).isEqualTo(tokens.compute());
  }

  @Test
  void perplexityOfEqualProbabilitiesIsTheNumberOfClasses() {
    Perplexity perplexity = new Perplexity(2);
    perplexity.update(zeros(2, 3), ONE_TWO);
    assertThat(perplexity.compute()).isEqualTo(Math.exp(Math.log(3)));
  }

  @Test
  void onlyIgnoredTargetsAreNoElements() {
    Perplexity perplexity = new Perplexity();
    perplexity.update(zeros(2, 3), tensor(new long[] {-100, -100}));
    assertThatThrownBy(perplexity::compute).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void r2OfOneElementIsNaN() {
    R2Score r2 = new R2Score();
    r2.update(ones(1), ones(1));
    assertThat(r2.compute()).isNaN();
  }

  @Test
  void nanOfARegressionIsNotHidden() {
    MeanSquaredError mse = new MeanSquaredError();
    mse.update(tensor(new double[] {Double.NaN, 1}), ones(2));
    assertThat(mse.compute()).isNaN();
  }

  @Test
  void impossibleOptionsAreRefused() {
    assertThatThrownBy(() -> new TopKAccuracy(0)).hasMessage("k: expected at least 1, got 0");
    assertThatThrownBy(() -> new F1(3, Average.BINARY))
        .hasMessage(
            "average: BINARY needs numClasses=2, got numClasses=3; use MACRO, MICRO or WEIGHTED");
    assertThatThrownBy(() -> new F1(1, Average.MACRO))
        .hasMessage("numClasses: expected 2 to 1048576, got 1");
    assertThatThrownBy(() -> new ConfusionMatrix(List.of("only")))
        .hasMessage("classes: expected 2 to 10000, got 1");
    assertThatThrownBy(() -> new ConfusionMatrix(Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void confusionMatrixPrintsAlignedWithNames() {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("cat", "elephant", "öx"));
    matrix.update(tensor(new long[] {0, 0, 1, 2, 2}), tensor(new long[] {0, 1, 1, 2, 0}));
    for (int i = 0; i < 1000; i++) {
      matrix.update(tensor(new long[] {2}), tensor(new long[] {2}));
    }
    assertThat(matrix)
        .hasToString(
            """
            actual    cat  elephant    öx
            cat         1         0     1
            elephant    1         1     0
            öx          0         0  1001\
            """);
    assertThat(matrix.report())
        .isEqualTo(
            """
            class     precision  recall  count  most often mistaken for
            cat            0.50    0.50      2  öx (1)
            elephant       1.00    0.50      2  cat (1)
            öx             1.00    1.00   1001\
            """);
    assertThat(matrix.classes()).containsExactly("cat", "elephant", "öx");
    matrix.counts()[0][0] = 77;
    assertThat(matrix.counts()[0][0]).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("all")
  void updatesKeepNoTensorsAndRecordNoGradients(Metric metric) {
    boolean numbers = ofNumbers().anyMatch(other -> other.name().equals(metric.name()));
    try (TensorScope scope = new TensorScope()) {
      Tensor predictions = (numbers ? ones(2) : ones(2, 3)).requiresGrad_();
      Tensor targets = numbers ? ones(2) : tensor(new long[] {1, 2});
      long alive = scope.statistics().alive();
      metric.update(predictions, targets);
      assertThat(scope.statistics().alive()).as("tensors left").isEqualTo(alive);
    }
    assertThat(metric.name()).matches("[a-z0-9_]+");
  }
}
