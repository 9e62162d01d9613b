package panama.torch.train.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import panama.torch.internal.Arguments;

/**
 * A rule that stops trials whose best score so far is worse than the median of the scores that
 * completed trials reported at the same step: Golovin et al., "Google Vizier: a service for
 * black-box optimization" (2017), as in Optuna's {@code MedianPruner}.
 *
 * <p>If trials run in parallel, the result depends on timing, since the trials that are already
 * completed do. Trials whose results were read from the table of an earlier run are not used, since
 * the table has no reports.
 *
 * @param startupTrials the number of completed trials before the first one is stopped, at least 1;
 *     Optuna's default is 5
 * @param warmupSteps the first step at which a trial may be stopped, at least 0; Optuna's default
 *     is 0
 */
public record MedianRule(int startupTrials, int warmupSteps) {
  /**
   * Creates a rule.
   *
   * @throws IllegalArgumentException if startupTrials is below 1 or warmupSteps below 0
   */
  public MedianRule {
    Arguments.positive("startupTrials", startupTrials);
    Arguments.notNegative("warmupSteps", warmupSteps);
  }

  /** Creates a rule with Optuna's defaults: 5 startup trials and 0 warmup steps. */
  public MedianRule() {
    this(5, 0);
  }

  /** Returns whether a trial should stop at the last step that it reported. */
  boolean stops(
      NavigableMap<Integer, Double> reports,
      List<Map<Integer, Double>> completed,
      Direction direction) {
    int step = reports.lastKey();
    if (completed.size() < startupTrials || step < warmupSteps) {
      return false;
    }
    List<Double> others = new ArrayList<>();
    for (Map<Integer, Double> other : completed) {
      Double score = other.get(step);
      if (score != null && !score.isNaN()) {
        others.add(score);
      }
    }
    double best = reports.values().stream().min(direction.bestFirst()).orElseThrow();
    OptionalDouble median = median(others);
    return median.isPresent() && direction.bestFirst().compare(best, median.getAsDouble()) > 0;
  }

  private static OptionalDouble median(List<Double> scores) {
    if (scores.isEmpty()) {
      return OptionalDouble.empty();
    }
    List<Double> sorted = scores.stream().sorted().toList();
    int half = sorted.size() / 2;
    return OptionalDouble.of(
        sorted.size() % 2 == 1
            ? sorted.get(half)
            : sorted.get(half - 1) / 2 + sorted.get(half) / 2);
  }
}
