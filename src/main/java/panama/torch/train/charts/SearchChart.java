package panama.torch.train.charts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import panama.torch.train.search.Direction;
import panama.torch.train.search.SearchResult;
import panama.torch.train.search.TrialResult;

/**
 * A chart of the scores of a search as points, with a colour for each budget.
 *
 * <pre>{@code
 * SearchChart.overTrials(result).save(Path.of("trials.png"));
 * SearchChart.overParameter(result, "lr").save(Path.of("lr.png"));
 * }</pre>
 */
public final class SearchChart {
  private final XyPlot plot;

  private SearchChart(XyPlot plot) {
    this.plot = plot;
  }

  /**
   * Returns a chart of the scores over the numbers of the trials, with a line of the best score so
   * far if all trials have the same budget.
   *
   * @param result the results of a search
   */
  public static SearchChart overTrials(SearchResult result) {
    List<XyPlot.Series> series = points(result, trial -> "score", trial -> (double) trial.number());
    if (series.size() == 1) {
      series.add(bestSoFar(result));
    }
    return new SearchChart(new XyPlot("Search", "Trial", "Score", "", false, false, true, series));
  }

  /**
   * Returns a chart of the scores over the values of a parameter, on a logarithmic scale if its
   * logarithm is uniformly distributed. Each value of a choice has a colour of its own.
   *
   * @param result the results of a search
   * @param name the name of the parameter
   * @throws IllegalArgumentException if there is no such parameter
   */
  public static SearchChart overParameter(SearchResult result, String name) {
    boolean logarithmic = result.space().isLogarithmic(name);
    boolean numeric = result.space().isNumeric(name);
    List<XyPlot.Series> series;
    if (numeric) {
      series = points(result, trial -> "score", trial -> trial.configuration().getDouble(name));
    } else {
      List<String> choices =
          result.trials().stream().map(trial -> text(trial, name)).distinct().sorted().toList();
      series =
          points(
              result,
              trial -> text(trial, name),
              trial -> (double) choices.indexOf(text(trial, name)));
    }
    return new SearchChart(
        new XyPlot("Search", name, "Score", "", logarithmic, false, numeric, series));
  }

  private static String text(TrialResult trial, String name) {
    return String.valueOf(trial.configuration().asMap().get(name));
  }

  /** Returns a series for each name and budget. */
  private static List<XyPlot.Series> points(
      SearchResult result, Function<TrialResult, String> name, Function<TrialResult, Double> x) {
    boolean oneBudget = result.trials().stream().map(TrialResult::budget).distinct().count() == 1;
    Map<String, List<TrialResult>> groups =
        result.trials().stream()
            .filter(trial -> Double.isFinite(trial.score()))
            .collect(
                Collectors.groupingBy(
                    trial -> name.apply(trial) + (oneBudget ? "" : ", budget " + trial.budget()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<XyPlot.Series> series = new ArrayList<>();
    groups.forEach(
        (group, trials) ->
            series.add(
                new XyPlot.Series(
                    group,
                    trials.stream().map(x).toList(),
                    trials.stream().map(TrialResult::score).toList(),
                    false,
                    XyPlot.Style.POINTS)));
    return series;
  }

  private static XyPlot.Series bestSoFar(SearchResult result) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    double best = Double.NaN;
    for (TrialResult trial : result.trials()) {
      boolean completed = trial.status() == TrialResult.Status.COMPLETED;
      double score = completed ? trial.score() : Double.NaN;
      boolean better = result.direction() == Direction.MINIMIZE ? score < best : score > best;
      if (better || (Double.isNaN(best) && Double.isFinite(score))) {
        best = score;
      }
      x.add((double) trial.number());
      y.add(best);
    }
    return new XyPlot.Series("best so far", x, y, false, XyPlot.Style.LINE);
  }

  /**
   * Saves the chart as a PNG file.
   *
   * @param png the file
   * @throws IOException if the file cannot be written
   * @throws IllegalStateException without a finite score to draw, or if XChart is missing
   */
  public void save(Path png) throws IOException {
    XyPlot drawable = plot.drawable();
    PngFile.save(png, () -> XChartPng.of(drawable));
  }
}
