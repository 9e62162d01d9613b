package panama.torch.train.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.Torch;
import panama.torch.train.GradientReport;
import panama.torch.train.metrics.ConfusionMatrix;
import panama.torch.train.search.GridSearch;
import panama.torch.train.search.RandomSearch;
import panama.torch.train.search.SearchResult;
import panama.torch.train.search.SearchSpace;
import panama.torch.train.search.SuccessiveHalving;

@Tag("locale")
class ChartsTest {
  private static final List<Double> NONE = List.of(Double.NaN, Double.POSITIVE_INFINITY);

  @TempDir Path folder;

  private Path png() {
    return folder.resolve("chart.png");
  }

  /** Returns the number of pixels that are neither white nor grey: of lines and cells. */
  private static long coloured(Path png) throws IOException {
    BufferedImage image = ImageIO.read(png.toFile());
    assertThat(new Color(image.getRGB(1, 1))).as("the background").isEqualTo(Color.WHITE);
    return IntStream.range(0, image.getWidth() * image.getHeight())
        .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
        .mapToObj(Color::new)
        .filter(c -> Math.abs(c.getRed() - c.getBlue()) > 40)
        .count();
  }

  @Test
  void learningCurveHasASecondAxisForAccuracies() throws IOException {
    LearningCurve curve = new LearningCurve().title("Run 1").add("loss", List.of(2.0, 1.5, 1.25));
    curve.save(png());
    long one = coloured(png());
    curve
        .add("validation loss", List.of(2.5, Double.NaN, 1.5))
        .addAccuracy("accuracy", List.of(0.25, 0.5, 1))
        .save(png());
    assertThat(one).isPositive();
    assertThat(coloured(png())).isGreaterThan(one);
    assertThat(folder.toFile().list()).containsExactly("chart.png");
  }

  @Test
  void learningCurveHasATitleOfTheLeftAxis() throws IOException {
    LearningCurve curve = new LearningCurve().add("perplexity", List.of(6.0, 4.5));
    curve.save(png());
    byte[] loss = Files.readAllBytes(png());
    curve.yTitle("Perplexity").save(png());
    assertThat(Files.readAllBytes(png())).isNotEqualTo(loss);
    curve.yTitle("Loss").save(png());
    assertThat(Files.readAllBytes(png())).isEqualTo(loss);
  }

  @Test
  void seriesWithoutFiniteNumbersAreLeftOut() throws IOException {
    new LearningCurve()
        .add("loss", List.of(1.0))
        .add("none", List.of())
        .add("diverged", NONE)
        .addAccuracy("accuracy", NONE)
        .save(png());
    assertThat(coloured(png())).isPositive();
    assertThatThrownBy(() -> new LearningCurve().add("diverged", NONE).save(png()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nothing to draw");
  }

  @Test
  void lineChartOverNumbersAndDates() throws IOException {
    List<Double> x = IntStream.range(0, 200).mapToObj(i -> (double) i).toList();
    new LineChart("Load")
        .xTitle("Hour")
        .yTitle("MW")
        .add("actual", x, x.stream().map(i -> Math.sin(i / 10)).toList())
        .add("forecast", List.of(200, 210), List.of(0.5, 0.25))
        .save(png());
    assertThat(coloured(png())).isPositive();
    LocalDate day = LocalDate.of(2024, 2, 28);
    new LineChart("Load")
        .addDates("actual", List.of(day, day.plusDays(1), day.plusDays(2)), List.of(1, 2, 4))
        .addDates("forecast", List.of(Instant.parse("2024-03-02T12:00:00Z")), List.of(3))
        .save(png());
    assertThat(coloured(png())).isPositive();
    LineChart ofTensors =
        new LineChart("Load")
            .addDates(
                "tensor", List.of(day, day.plusDays(1)), Torch.ones(2, 1).requiresGrad_(true));
    ofTensors.save(png());
    assertThat(coloured(png())).isPositive();
    assertThatThrownBy(() -> ofTensors.addDates("b", List.of(day), Torch.ones(2)))
        .hasMessage("b: expected as many x as y, got 1 and 2");
  }

  @Test
  void aLogarithmicScaleHasGapsForNumbersUpToZero() throws IOException {
    LineChart chart = new LineChart("Norms").logScale().add("a", List.of(0, 1), List.of(0, -1));
    assertThatThrownBy(() -> chart.save(png()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("add a series with a finite number above 0");
    chart.add("b", List.of(0, 1, 2, 3), List.of(1e-20, 0, 1, 1e6)).save(png());
    assertThat(coloured(png())).isPositive();
  }

  @Test
  void gradientsHaveALineForEachLayer() throws IOException {
    var report =
        new GradientReport(
            Map.of("rnn", new double[] {1e-9, 0, 1}, "top", new double[] {1, 2, 3}), Map.of());
    GradientChart chart = new GradientChart().add("LSTM", report);
    chart.save(png());
    assertThat(coloured(png())).isPositive();
    assertThatThrownBy(() -> chart.add("LSTM", report)).hasMessageStartingWith("name: ");
  }

  @Test
  void wrongSeriesAreRefused() {
    LineChart chart = new LineChart("x").add("a", List.of(1), List.of(1));
    assertThatThrownBy(() -> chart.add("a", List.of(1), List.of(1)))
        .hasMessage("name: expected a name that no other series has, got 'a'");
    assertThatThrownBy(() -> chart.add("b", List.of(1), List.of(1, 2)))
        .hasMessage("b: expected as many x as y, got 1 and 2");
    assertThatThrownBy(() -> chart.add("b", List.of(Double.NaN), List.of(1)))
        .hasMessage("b: expected finite x, got NaN");
    assertThatThrownBy(() -> chart.addDates("b", List.of(LocalDate.EPOCH), List.of(1)))
        .hasMessage("b: expected all series over numbers or all over dates, got both");
    assertThatThrownBy(() -> chart.addDates("b", List.of(LocalTime.NOON), List.of(1)))
        .hasMessageEndingWith("got LocalTime");
  }

  @Test
  void confusionMatrixOfFewAndManyClasses() throws IOException {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("cat", "dog"));
    new ConfusionMatrixChart(matrix).save(png()); // all zeros
    matrix.update(Torch.tensor(new long[] {0, 0, 1}), Torch.tensor(new long[] {0, 1, 1}));
    new ConfusionMatrixChart(matrix).title("Animals").save(png());
    assertThat(coloured(png())).isPositive();
    new ConfusionMatrixChart(new ConfusionMatrix(100)).save(png());
    assertThatThrownBy(() -> new ConfusionMatrixChart(new ConfusionMatrix(501)))
        .hasMessage("matrix: expected at most 500 classes, got 501");
  }

  @Test
  void searchOverTrialsAndParameters() throws IOException {
    SearchSpace space =
        SearchSpace.builder()
            .choice("cell", "lstm", "gru")
            .logUniform("lr", 1e-4, 1)
            .integer("hidden", 1, 9)
            .build();
    SearchResult random =
        RandomSearch.builder(space, 12)
            .build()
            .run(
                trial ->
                    trial.number() == 3
                        ? Double.NaN
                        : Math.abs(Math.log(trial.configuration().getDouble("lr"))));
    SearchResult halving =
        SuccessiveHalving.builder(space, 9)
            .build()
            .run(trial -> trial.configuration().getDouble("lr") / trial.budget());
    for (SearchResult result : List.of(random, halving)) {
      SearchChart.overTrials(result).save(png());
      assertThat(coloured(png())).isPositive();
      for (String name : space.names()) {
        SearchChart.overParameter(result, name).save(png());
        assertThat(coloured(png())).as(name).isPositive();
      }
    }
    assertThatThrownBy(() -> SearchChart.overParameter(random, "lrr"))
        .hasMessageContaining("nearest names are [lr, ");
  }

  @Test
  void aSearchWithOneTrialOrOnlyNaN() throws IOException {
    SearchSpace space = SearchSpace.builder().logUniform("lr", 1e-4, 1).build();
    GridSearch grid = GridSearch.builder(space).values("lr", 0.1).build();
    SearchChart.overParameter(grid.run(trial -> 1), "lr").save(png());
    assertThat(coloured(png())).isPositive();
    assertThatThrownBy(() -> SearchChart.overTrials(grid.run(trial -> Double.NaN)).save(png()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void filesThatCannotBeWrittenAreNamed() {
    LearningCurve curve = new LearningCurve().add("loss", List.of(1));
    assertThatThrownBy(() -> curve.save(folder.resolve("none/chart.png")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Files.createDirectories");
    assertThatThrownBy(() -> curve.save(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void theInterruptStatusIsKept() throws IOException {
    for (int classes = 2; classes < 8; classes++) {
      Thread.currentThread().interrupt();
      try {
        new ConfusionMatrixChart(new ConfusionMatrix(classes)).save(png());
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
    assertThat(png()).isNotEmptyFile();
  }

  /** Run without XChart. */
  static final class WithoutXChart {
    private WithoutXChart() {}

    public static void main(String[] args) throws IOException {
      LearningCurve curve = new LearningCurve().add("loss", List.of(1));
      Path png = Files.createTempDirectory("charts").resolve("chart.png");
      try {
        curve.save(png);
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
      try {
        new ConfusionMatrixChart(new ConfusionMatrix(2)).save(png);
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
      System.out.println(png.getParent().toFile().list().length);
      Files.delete(png.getParent());
    }
  }

  @Test
  void withoutXChartTheDependencyIsNamed() throws Exception {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.contains("xchart"))
            .reduce((a, b) -> a + File.pathSeparator + b)
            .orElseThrow();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                WithoutXChart.class.getName())
            .redirectErrorStream(true)
            .start();
    String message =
        "charts need XChart; add the dependency org.knowm.xchart:xchart:3.8.8; on the module path"
            + " also add 'requires org.knowm.xchart'";
    assertThat(process.inputReader().lines()).containsExactly(message, message, "0");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aClassWithoutANameIsDrawn() throws IOException {
    ConfusionMatrix matrix = new ConfusionMatrix(List.of("", "b"));
    matrix.update(Torch.tensor(new long[] {0, 1}), Torch.tensor(new long[] {0, 1}));
    new ConfusionMatrixChart(matrix).save(png());
    assertThat(coloured(png())).isPositive();
  }

  @Test
  void datesThatXChartCannotDrawAreRefused() {
    LineChart chart = new LineChart("Dates");
    assertThatThrownBy(() -> chart.addDates("far", List.of(Instant.MAX), List.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("far: expected dates less than 292 million years from 1970");
    assertThatThrownBy(() -> new LineChart(null)).hasMessage("title");
  }
}
