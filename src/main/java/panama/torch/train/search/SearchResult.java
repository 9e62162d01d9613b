package panama.torch.train.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import panama.torch.train.logs.CsvFile;

/** The results of a search. */
public final class SearchResult {
  private final SearchSpace space;
  private final Direction direction;
  private final List<TrialResult> trials;
  private final boolean complete;

  SearchResult(SearchSpace space, Direction direction, List<TrialResult> trials, boolean complete) {
    this.space = space;
    this.direction = direction;
    this.trials =
        trials.stream()
            .sorted(
                Comparator.comparingInt(TrialResult::budget).thenComparingInt(TrialResult::number))
            .toList();
    this.complete = complete;
  }

  /** Returns the parameters. */
  public SearchSpace space() {
    return space;
  }

  /** Returns whether scores were minimized or maximized. */
  public Direction direction() {
    return direction;
  }

  /** Returns all results, sorted by budget and then by the number of the trial. */
  public List<TrialResult> trials() {
    return trials;
  }

  /** Returns whether all trials have ended; false after an interrupt. */
  public boolean isComplete() {
    return complete;
  }

  /**
   * Returns the best of the completed trials with the largest budget, since scores with different
   * budgets are not comparable; of several with the best score, the first.
   *
   * @throws IllegalStateException if no trial was completed with a score that is a number
   */
  public TrialResult best() {
    return ranked()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "best: no trial was completed with a score that is a number; see toTable()"));
  }

  private Optional<TrialResult> ranked() {
    return trials.stream()
        .filter(TrialResult::isRanked)
        .min(
            Comparator.comparingInt(TrialResult::budget)
                .reversed()
                .thenComparing(TrialResult::score, direction.bestFirst()));
  }

  /**
   * Writes the results to a CSV file, in the format of {@link Search.Builder#table}. The file is
   * replaced atomically.
   *
   * @param path the file
   * @throws IOException if the file cannot be written
   */
  public void save(Path path) throws IOException {
    CsvFile.write(path, ResultTable.header(space), trials.stream().map(ResultTable::row).toList());
  }

  /** Returns the results as an aligned table with a row for each; an asterisk marks the best. */
  public String toTable() {
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("", "trial", "budget"));
    header.addAll(space.names());
    header.addAll(List.of("score", "status", "message"));
    rows.add(header);
    TrialResult best = ranked().orElse(null);
    for (TrialResult result : trials) {
      List<String> row = new ArrayList<>();
      row.add(result.equals(best) ? "*" : "");
      row.add(Integer.toString(result.number()));
      row.add(Integer.toString(result.budget()));
      result.configuration().asMap().values().forEach(value -> row.add(shortened(value)));
      row.add(shortened(result.score()));
      row.add(result.status().name().toLowerCase(Locale.ROOT));
      row.add(result.message().replaceAll("\\s+", " "));
      rows.add(row);
    }
    return aligned(rows);
  }

  private static String shortened(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, "%.5g", number)
        : value.toString();
  }

  private static String aligned(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        line.append(row.get(c)).append(" ".repeat(widths[c] - row.get(c).length() + 2));
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }

  /** Returns the number of trials and the best one. */
  @Override
  public String toString() {
    return "SearchResult(%s evaluations%s, best: %s)"
        .formatted(
            Integer.toString(trials.size()),
            complete ? "" : ", interrupted",
            ranked().map(best -> best.score() + " of " + best.configuration()).orElse("none"));
  }
}
