package panama.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Runs several rounds of benchmarks. The speed of a shared machine varies. Therefore each round
 * computes for every benchmark its median and, if the class has a benchmark {@code cpp}, the ratio
 * to the median of that benchmark in the same round. Finally, prints the medians over the rounds.
 */
public final class Benchmarks {
  private static final int ROUNDS = Integer.getInteger("rounds", 5);

  private Benchmarks() {}

  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    Map<String, List<Double>> scores = new TreeMap<>();
    Map<String, List<Double>> ratios = new TreeMap<>();
    Map<String, String> units = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, Double> medians = new TreeMap<>();
      for (RunResult result : new Runner(new CommandLineOptions(args)).run()) {
        var score = result.getPrimaryResult();
        String name = result.getParams().getBenchmark();
        medians.put(name, score.getStatistics().getPercentile(50));
        units.put(name, score.getScoreUnit());
      }
      medians.forEach(
          (name, median) -> {
            scores.computeIfAbsent(name, n -> new ArrayList<>()).add(median);
            Double cpp = medians.get(name.substring(0, name.lastIndexOf('.')) + ".cpp");
            if (cpp != null) {
              ratios.computeIfAbsent(name, n -> new ArrayList<>()).add(median / cpp);
            }
          });
    }
    System.out.printf("%n%-52s %15s %8s%n", "median of " + ROUNDS + " rounds", "", "to C++");
    scores.forEach(
        (name, all) ->
            System.out.printf(
                Locale.ROOT,
                "%-52s %9.1f %s %8s%n",
                name,
                median(all),
                units.get(name),
                ratios.containsKey(name)
                    ? String.format(Locale.ROOT, "%.3f", median(ratios.get(name)))
                    : ""));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
