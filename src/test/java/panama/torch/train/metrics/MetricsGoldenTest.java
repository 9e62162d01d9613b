package panama.torch.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.DType;
import panama.torch.Golden;
import panama.torch.Tensor;
import panama.torch.Torch;

/** Compares the metrics with scikit-learn's, of one batch and of several. */
class MetricsGoldenTest {
  private static final Golden GOLDEN = Golden.of("metrics");

  private static double[] expected(String name) {
    return GOLDEN.get(name).toDoubleArray();
  }

  /** Checks a metric of all elements at once, in batches of 7, and again after a reset. */
  private static void check(String operands, String name, Supplier<Metric> metrics) {
    check(operands, operands + " in targets", expected(name)[0], metrics.get());
  }

  private static void check(String operands, String targetsName, double expected, Metric metric) {
    Tensor predictions = GOLDEN.get(operands + " in predictions");
    Tensor targets = GOLDEN.get(targetsName);
    long n = targets.size(0);
    for (long size : new long[] {n, 7, 1}) {
      metric.reset();
      for (long at = 0; at < n; at += size) {
        long end = Math.min(at + size, n);
        metric.update(predictions.slice(0, at, end), targets.slice(0, at, end));
      }
      assertThat(metric.compute())
          .as("%s of %s in batches of %d", metric.name(), operands, size)
          .satisfies(
              actual -> {
                if (Double.isNaN(expected)) {
                  assertThat(actual).isNaN();
                } else {
                  assertThat(actual)
                      .isCloseTo(expected, within(1e-12 * Math.max(1, Math.abs(expected))));
                }
              });
    }
  }

  /** Returns the place of the scores of an option in a vector. */
  private static int index(ZeroDivision zeroDivision) {
    return zeroDivision == ZeroDivision.ZERO ? 0 : 1;
  }

  private static ClassScore score(
      String metric, int classes, Average average, ZeroDivision zeroDivision) {
    return switch (metric) {
      case "precision" -> new Precision(classes, average, zeroDivision);
      case "recall" -> new Recall(classes, average, zeroDivision);
      default -> new F1(classes, average, zeroDivision);
    };
  }

  @ParameterizedTest
  @CsvSource({"five,5", "two,2", "negative,2", "rare,5", "disjoint,3"})
  void scoresOfClasses(String name, int classes) {
    check(name, name + " accuracy", Accuracy::new);
    check(name, name + " accuracy", () -> new ConfusionMatrix(classes));
    for (String metric : new String[] {"precision", "recall", "f1"}) {
      for (Average average : Average.values()) {
        if (average == Average.BINARY && classes != 2) {
          continue;
        }
        for (ZeroDivision zero : ZeroDivision.values()) {
          String key = name + " " + metric + " " + average.name().toLowerCase(Locale.ROOT);
          double expected = expected(key)[index(zero)];
          check(name, name + " in targets", expected, score(metric, classes, average, zero));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"five,5", "two,2", "negative,2", "rare,5", "disjoint,3"})
  void scoresPerClass(String name, int classes) {
    for (String metric : new String[] {"precision", "recall", "f1"}) {
      double[] expected = expected(name + " " + metric + " classes");
      for (ZeroDivision zero : ZeroDivision.values()) {
        ClassScore score = score(metric, classes, Average.MICRO, zero);
        score.update(GOLDEN.get(name + " in predictions"), GOLDEN.get(name + " in targets"));
        int from = index(zero) * classes;
        assertThat(score.computePerClass())
            .as("%s %s %s", name, metric, zero)
            .containsExactly(Arrays.copyOfRange(expected, from, from + classes));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"five,5", "two,2", "rare,5", "disjoint,3"})
  void confusionMatrix(String name, int classes) {
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    matrix.update(GOLDEN.get(name + " in predictions"), GOLDEN.get(name + " in targets"));
    long[] flat = Arrays.stream(matrix.counts()).flatMapToLong(LongStream::of).toArray();
    assertThat(flat).containsExactly(GOLDEN.get(name + " confusion").toLongArray());
    assertThat(matrix.precision())
        .containsExactly(Arrays.copyOf(expected(name + " precision classes"), classes));
    assertThat(matrix.recall())
        .containsExactly(Arrays.copyOf(expected(name + " recall classes"), classes));
  }

  @Test
  void topKAccuracyWithTies() {
    double[] expected = expected("scores top");
    for (int k = 1; k <= 6; k++) {
      check("scores", "scores in targets", expected[k - 1], new TopKAccuracy(k));
    }
  }

  @Test
  void perplexity() {
    check("tokens", "tokens perplexity", Perplexity::new);
    check(
        "tokens", "tokens in ignored", expected("tokens perplexity ignored")[0], new Perplexity());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "offset", "zeros", "constant", "perfect"})
  void errors(String name) {
    check(name, name + " mae", MeanAbsoluteError::new);
    check(name, name + " mse", MeanSquaredError::new);
    check(name, name + " rmse", RootMeanSquaredError::new);
    check(name, name + " mape", MeanAbsolutePercentageError::new);
    check(name, name + " r2", R2Score::new);
  }

  @ParameterizedTest
  @EnumSource(Average.class)
  void scoresTakeTheLargestOfEachRow(Average average) {
    int classes = 2;
    F1 indices = new F1(classes, average);
    F1 scores = new F1(classes, average);
    Tensor predicted = GOLDEN.get("two in predictions");
    Tensor targets = GOLDEN.get("two in targets");
    indices.update(predicted, targets);
    scores.update(
        Torch.stack(List.of(predicted.neg(), predicted.sub(0.5)), 1).to(DType.FLOAT32), targets);
    assertThat(scores.compute()).isEqualTo(indices.compute());
  }
}
