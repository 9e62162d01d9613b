package panama.torch.train.charts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import panama.torch.train.GradientReport;

/**
 * A chart of the norms of gradients over the time steps, on a logarithmic scale, with a line for
 * each recurrent layer. Norms that are 0 or not finite leave a gap.
 *
 * <pre>{@code
 * new GradientChart().add("LSTM", health.report()).save(Path.of("gradients.png"));
 * }</pre>
 */
public final class GradientChart {
  private final LineChart chart =
      new LineChart("Gradient of the loss with respect to the input of each time step")
          .xTitle("Time step")
          .yTitle("L2 norm")
          .logScale();

  /** Creates a chart without lines. */
  public GradientChart() {}

  /**
   * Adds a line for each recurrent layer of a model.
   *
   * @param model the name of the model in the legend; with several layers, the name of the layer
   *     follows
   * @param report the report of {@link panama.torch.train.GradientHealth}
   * @return this chart
   * @throws IllegalArgumentException if the name of a line is blank or that of another line
   */
  public GradientChart add(String model, GradientReport report) {
    boolean several = report.steps().size() > 1;
    report
        .steps()
        .forEach(
            (layer, norms) ->
                chart.add(several ? model + ", " + layer : model, steps(norms), list(norms)));
    return this;
  }

  private static List<Integer> steps(double[] norms) {
    return IntStream.range(0, norms.length).boxed().toList();
  }

  private static List<Double> list(double[] norms) {
    return Arrays.stream(norms).boxed().toList();
  }

  /**
   * Saves the chart as a PNG file.
   *
   * @param png the file
   * @throws IOException if the file cannot be written
   * @throws IllegalStateException without a norm to draw, or if XChart is missing
   */
  public void save(Path png) throws IOException {
    chart.save(png);
  }
}
