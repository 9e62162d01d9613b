package panama.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Runs several rounds of benchmarks. The speed of a shared machine varies. Therefore each round
 * computes for every benchmark its median and, if the class has a benchmark {@code cpp} or {@code
 * python}, the ratio to the median of that benchmark with the same parameters in the same round.
 * Finally, prints the medians over the rounds.
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
        String name = result.getParams().getBenchmark() + parameters(result.getParams());
        medians.put(name, score.getStatistics().getPercentile(50));
        units.put(name, score.getScoreUnit());
      }
      medians.forEach(
          (name, median) -> {
            scores.computeIfAbsent(name, n -> new ArrayList<>()).add(median);
            for (String reference : List.of("cpp", "python")) {
              Double other = medians.get(name.replaceFirst("\\.\\w+(?=\\[|$)", "." + reference));
              if (other != null) {
                ratios.computeIfAbsent(name, n -> new ArrayList<>()).add(median / other);
              }
            }
          });
    }
    System.out.printf("%n%-70s %15s %8s%n", "median of " + ROUNDS + " rounds", "", "ratio");
    scores.forEach(
        (name, all) ->
            System.out.printf(
                Locale.ROOT,
                "%-70s %9.1f %s %8s%n",
                name,
                median(all),
                units.get(name),
                ratios.containsKey(name)
                    ? String.format(Locale.ROOT, "%.3f", median(ratios.get(name)))
                    : ""));
  }

  /** Returns the parameters of a benchmark without the path of the Python interpreter. */
  private static String parameters(BenchmarkParams benchmark) {
    List<String> parameters = new ArrayList<>();
    for (String key : benchmark.getParamsKeys()) {
      if (!key.equals("python")) {
        parameters.add(key + "=" + benchmark.getParam(key));
      }
    }
    return parameters.isEmpty() ? "" : parameters.toString();
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
