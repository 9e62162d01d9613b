package panama.torch.train.search;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panama.torch.train.logs.CsvFile;

/** The CSV file to which a search appends its results, and from which it resumes. */
final class ResultTable implements AutoCloseable {
  private final CsvFile file;

  private ResultTable(CsvFile file) {
    this.file = file;
  }

  static ResultTable open(Path path, SearchSpace space) throws IOException {
    return new ResultTable(CsvFile.open(path, header(space)));
  }

  /** Returns the names of the columns; parameters have the prefix of scikit-learn's cv_results_. */
  static List<String> header(SearchSpace space) {
    List<String> header = new ArrayList<>(List.of("trial", "budget", "seed"));
    space.names().forEach(name -> header.add("param_" + name));
    header.addAll(List.of("status", "score", "message"));
    return header;
  }

  static List<String> row(TrialResult result) {
    List<String> row = new ArrayList<>(start(result));
    row.add(result.status().name());
    row.add(Double.toString(result.score()));
    row.add(result.message());
    return row;
  }

  /** Returns the cells that are known before the trial runs. */
  private static List<String> start(TrialResult result) {
    List<String> start = new ArrayList<>();
    start.add(Integer.toString(result.number()));
    start.add(Integer.toString(result.budget()));
    start.add(Long.toString(result.seed()));
    result.configuration().asMap().values().forEach(value -> start.add(value.toString()));
    return start;
  }

  /** The key of one evaluation of a trial. */
  record Key(int number, int budget) {}

  /**
   * Returns the results of an earlier run.
   *
   * @param search the search, whose trials the rows must be
   * @throws FileSystemException if a row is not of this search
   */
  Map<Key, TrialResult> results(Search search) throws IOException {
    Map<Key, TrialResult> results = new LinkedHashMap<>();
    int line = 1;
    for (List<String> row : file.rows()) {
      line++;
      try {
        TrialResult result = parse(row, search);
        results.put(new Key(result.number(), result.budget()), result);
      } catch (IllegalArgumentException e) {
        FileSystemException refusal =
            new FileSystemException(
                file.path().toString(),
                null,
                "row %s is not of this search, which has another space, seed or budget; use another file, or remove this one. %s"
                    .formatted(Integer.toString(line), e.getMessage()));
        refusal.initCause(e);
        throw refusal;
      }
    }
    return results;
  }

  private static TrialResult parse(List<String> row, Search search) {
    int number = Integer.parseInt(row.get(0));
    int budget = Integer.parseInt(row.get(1));
    if (number < 0 || number >= search.numTrials() || !search.hasBudget(budget)) {
      throw new IllegalArgumentException(
          "There is no trial " + row.get(0) + " with the budget " + row.get(1));
    }
    int end = row.size();
    TrialResult result =
        new TrialResult(
            number,
            budget,
            search.seedOf(number),
            search.configuration(number),
            TrialResult.Status.valueOf(row.get(end - 3)),
            Double.parseDouble(row.get(end - 2)),
            row.get(end - 1));
    if (!start(result).equals(row.subList(0, end - 3))) {
      throw new IllegalArgumentException(
          "Expected " + start(result) + ", got " + row.subList(0, end - 3));
    }
    return result;
  }

  void append(TrialResult result) throws IOException {
    file.append(row(result));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
