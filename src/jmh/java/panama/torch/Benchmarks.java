package panama.torch;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** Runs benchmarks; then prints medians and, where one is named {@code cpp}, ratios to it. */
public final class Benchmarks {
  private Benchmarks() {}

  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    Collection<RunResult> results = new Runner(new CommandLineOptions(args)).run();
    Map<String, RunResult> byName = new TreeMap<>();
    results.forEach(result -> byName.put(result.getParams().getBenchmark(), result));
    System.out.printf("%n%-50s %12s %8s%n", "median", "", "to C++");
    byName.forEach(
        (name, result) -> {
          String cpp = name.substring(0, name.lastIndexOf('.')) + ".cpp";
          System.out.printf(
              Locale.ROOT,
              "%-50s %9.1f %s %8s%n",
              name,
              median(result),
              result.getPrimaryResult().getScoreUnit(),
              byName.containsKey(cpp)
                  ? "%.3f".formatted(median(result) / median(byName.get(cpp)))
                  : "");
        });
  }

  private static double median(RunResult result) {
    return result.getPrimaryResult().getStatistics().getPercentile(50);
  }
}
