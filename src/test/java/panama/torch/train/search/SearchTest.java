package panama.torch.train.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.ChildJvm;
import panama.torch.Generator;
import panama.torch.Torch;
import panama.torch.nn.Linear;

@Tag("locale")
@Timeout(60)
class SearchTest {
  private static final SearchSpace SPACE =
      SearchSpace.builder()
          .choice("cell", "lstm", "gru")
          .integer("hidden", 4, 64)
          .logUniform("lr", 1e-4, 1)
          .build();

  @TempDir Path folder;

  private Path table() {
    return folder.resolve("search.csv");
  }

  /** Depends on the configuration and the seed. */
  private static double score(Trial trial) {
    Configuration c = trial.configuration();
    return Math.abs(Math.log10(c.getDouble("lr")) + 2)
        + c.getInt("hidden") / 1000.0
        + c.getString("cell").length()
        + (trial.seed() & 0xff) * 1e-6;
  }

  private static double mustNotRun(Trial trial) {
    throw new AssertionError("must not run: " + trial);
  }

  private static RandomSearch.Builder random(int trials) {
    return RandomSearch.builder(SPACE, trials).seed(5);
  }

  // Grids

  @Test
  void gridVariesTheLastParameterFastest() throws IOException {
    SearchResult result =
        GridSearch.builder(SPACE)
            .points("lr", 3)
            .values("hidden", 16, 8)
            .budget(7)
            .build()
            .run(SearchTest::score);
    assertThat(result.trials()).hasSize(12).allMatch(trial -> trial.budget() == 7);
    List<String> configurations = new ArrayList<>();
    for (String cell : List.of("lstm", "gru")) {
      for (int hidden : new int[] {16, 8}) {
        for (String lr : List.of("1.0E-4", "0.01", "1.0")) {
          configurations.add("{cell=" + cell + ", hidden=" + hidden + ", lr=" + lr + "}");
        }
      }
    }
    assertThat(result.trials())
        .extracting(
            trial -> trial.configuration().toString().replaceAll("0\\.0(0999+|10+)\\d", "0.01"))
        .containsExactlyElementsOf(configurations);
    assertThat(result.best().number()).isIn(7, 10);
  }

  @Test
  void pointsIncludeBothBounds() throws IOException {
    SearchSpace space =
        SearchSpace.builder()
            .integer("n", 1, 10)
            .uniform("p", 0, 0.3)
            .logUniform("lr", 0.1, 0.7)
            .build();
    SearchResult result =
        GridSearch.builder(space)
            .points("n", 4)
            .points("p", 2)
            .points("lr", 2)
            .build()
            .run(trial -> 0);
    assertThat(result.trials().stream().map(t -> t.configuration().getInt("n")).distinct())
        .containsExactly(1, 4, 7, 10);
    assertThat(result.trials().getFirst().configuration().asMap().values())
        .containsExactly(1L, 0.0, 0.1);
    assertThat(result.trials().getLast().configuration().asMap().values())
        .containsExactly(10L, 0.3, 0.7);
  }

  @Test
  void gridsAreChecked() {
    GridSearch.Builder grid = GridSearch.builder(SPACE);
    assertThatThrownBy(grid::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "grid: expected points(name, count) or values(name, ...) for the numeric parameters"
                + " [hidden, lr]");
    assertThatThrownBy(() -> grid.points("lr", 1))
        .hasMessage("lr: expected 2 to 100000 points, got 1");
    assertThatThrownBy(() -> grid.points("cell", 2)).hasMessageContaining("a choice has no points");
    assertThatThrownBy(() -> grid.points("hidden", 62))
        .hasMessage("hidden: expected at most as many points as integers from 4 to 64, got 62");
    assertThatThrownBy(() -> grid.values("hidden", 65))
        .hasMessage("hidden: expected values of integer 4 to 64, got 65");
    assertThatThrownBy(() -> grid.values("hidden", 8.5)).hasMessageContaining("got 8.5");
    assertThatThrownBy(() -> grid.values("cell", "rnn")).hasMessageContaining("got rnn");
    assertThatThrownBy(() -> grid.values("lr", 0.1, 0.1)).hasMessageContaining("no duplicates");
    assertThatThrownBy(() -> grid.values("rl", 0.1)).hasMessageContaining("nearest names are [lr,");
    assertThatThrownBy(() -> grid.points("lr", 50_000).points("hidden", 3).build())
        .hasMessage("trials: expected 1 to 100000, got more");
  }

  // Random search

  @Test
  void configurationsDependOnlyOnTheSeedAndTheNumber() throws IOException {
    SearchResult ten = random(10).build().run(SearchTest::score);
    SearchResult five = random(5).build().run(SearchTest::score);
    assertThat(five.trials()).isEqualTo(ten.trials().subList(0, 5));
    assertThat(ten.trials()).extracting(TrialResult::seed).doesNotHaveDuplicates();
    assertThat(ten.trials()).extracting(TrialResult::configuration).doesNotHaveDuplicates();
    assertThat(random(10).seed(6).build().run(SearchTest::score).trials())
        .extracting(TrialResult::configuration)
        .doesNotContainAnyElementsOf(
            ten.trials().stream().map(TrialResult::configuration).toList());
    assertThat(ten.best().score())
        .isEqualTo(ten.trials().stream().mapToDouble(TrialResult::score).min().orElseThrow());
    assertThat(
            random(10).direction(Direction.MAXIMIZE).build().run(SearchTest::score).best().score())
        .isEqualTo(ten.trials().stream().mapToDouble(TrialResult::score).max().orElseThrow());
  }

  // Parallel trials

  @Test
  void resultsDoNotDependOnTheNumberOfParallelTrials() throws IOException {
    Objective slower =
        trial -> {
          Thread.sleep((trial.number() * 7) % 5); // they end in another order
          return score(trial);
        };
    random(30).table(table()).build().run(slower);
    Path other = folder.resolve("parallel.csv");
    random(30).table(other).parallelism(4).build().run(slower);
    assertThat(other).hasSameTextualContentAs(table());
    Path halving = folder.resolve("halving.csv");
    Path halvings = folder.resolve("halvings.csv");
    SuccessiveHalving.builder(SPACE, 27).table(halving).build().run(slower);
    SuccessiveHalving.builder(SPACE, 27).table(halvings).parallelism(4).build().run(slower);
    assertThat(halvings).hasSameTextualContentAs(halving);
  }

  @Test
  void trialsRunAtOnceOnThreadsOfTheirOwn() throws IOException {
    CyclicBarrier barrier = new CyclicBarrier(3);
    Set<Thread> threads = Collections.newSetFromMap(new ConcurrentHashMap<>());
    random(6)
        .parallelism(3)
        .build()
        .run(
            trial -> {
              threads.add(Thread.currentThread());
              return barrier.await(30, TimeUnit.SECONDS);
            });
    assertThat(threads).hasSize(6).doesNotContain(Thread.currentThread());
  }

  @Test
  void seededModelsAreTheSameInParallel() throws IOException {
    Objective objective =
        trial -> {
          Linear linear = trial.seeded(() -> new Linear(3, 3));
          return linear.parameters().getFirst().sum().item();
        };
    List<TrialResult> one = random(8).build().run(objective).trials();
    List<TrialResult> four = random(8).parallelism(4).build().run(objective).trials();
    assertThat(four).isEqualTo(one);
    assertThat(one).extracting(TrialResult::score).doesNotHaveDuplicates();
  }

  @Test
  void seededLeavesTheDefaultGeneratorAsItWas() {
    Trial trial = Trial.of(SPACE.draw(new Random(0)), 3, 1);
    Torch.manualSeed(1);
    float[] expected = Torch.randn(2).toFloatArray();
    Torch.manualSeed(1);
    assertThat(trial.seeded(() -> Torch.randn(2)).toFloatArray())
        .isEqualTo(trial.seeded(() -> Torch.randn(2)).toFloatArray());
    assertThatThrownBy(
            () ->
                trial.seeded(
                    () -> {
                      throw new IllegalStateException("no model");
                    }))
        .hasMessage("no model");
    assertThat(Generator.defaultGenerator().initialSeed()).isEqualTo(1);
    assertThat(Torch.randn(2).toFloatArray()).isEqualTo(expected);
    assertThat(trial.report(1, 2)).isFalse();
    assertThat(trial.isCancelled()).isFalse();
  }

  // Failures

  @Test
  void aFailingTrialIsRecordedAndTheSearchGoesOn() throws IOException {
    SearchResult result =
        random(4)
            .table(table())
            .build()
            .run(
                trial -> {
                  if (trial.number() == 1) {
                    throw new IOException("no, \"really\"\nno data");
                  }
                  if (trial.number() == 2) {
                    throw new OutOfMemoryError("too large");
                  }
                  return trial.number() == 0 ? Double.NaN : 1;
                });
    assertThat(result.isComplete()).isTrue();
    assertThat(result.trials())
        .extracting(TrialResult::status)
        .containsExactly(
            TrialResult.Status.COMPLETED,
            TrialResult.Status.FAILED,
            TrialResult.Status.FAILED,
            TrialResult.Status.COMPLETED);
    assertThat(result.trials())
        .extracting(TrialResult::message)
        .containsExactly(
            "the score is NaN, which is the worst",
            "java.io.IOException: no, \"really\"\nno data",
            "java.lang.OutOfMemoryError: too large",
            "");
    assertThat(result.best().number()).isEqualTo(3);
    assertThat(Files.readAllLines(table()))
        .hasSize(5)
        .anyMatch(
            line ->
                line.endsWith(",FAILED,NaN,\"java.io.IOException: no, \"\"really\"\" no data\""));
    List<String> before = Files.readAllLines(table());
    assertThat(random(4).table(table()).build().run(SearchTest::mustNotRun).best().number())
        .isEqualTo(3);
    assertThat(Files.readAllLines(table())).isEqualTo(before);
  }

  @Test
  void ifAllTrialsFailTheFirstCauseIsThrown() {
    assertThatThrownBy(
            () ->
                random(3)
                    .build()
                    .run(
                        trial -> {
                          throw new IOException("no data " + trial.number());
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("all 3 trials failed, the first with java.io.IOException: no data 0")
        .hasCauseInstanceOf(IOException.class)
        .hasRootCauseMessage("no data 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MINIMIZE", "MAXIMIZE"})
  void nanIsTheWorst(String direction) throws IOException {
    SearchResult result =
        random(3)
            .direction(Direction.valueOf(direction))
            .build()
            .run(trial -> trial.number() == 1 ? Double.NaN : 5);
    assertThat(result.best().number()).isZero();
    SearchResult nothing = random(2).build().run(trial -> Double.NaN);
    assertThatThrownBy(nothing::best)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("best: no trial was completed with a score");
    assertThat(nothing.toTable()).contains("the score is NaN");
  }

  // Resuming

  /** Runs a search that an interrupt stops after some trials. */
  private SearchResult stopped(Search search, int after) throws IOException {
    Thread main = Thread.currentThread();
    AtomicInteger count = new AtomicInteger();
    SearchResult result =
        search.run(
            trial -> {
              if (count.incrementAndGet() > after) {
                main.interrupt();
                while (!trial.isCancelled()) {
                  Thread.sleep(1);
                }
              }
              return score(trial);
            });
    assertThat(Thread.interrupted()).as("the interrupt status").isTrue();
    return result;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void anInterruptStopsAndTheSearchResumes(int parallelism) throws IOException {
    SearchResult whole = random(9).build().run(SearchTest::score);
    SearchResult part = stopped(random(9).table(table()).parallelism(parallelism).build(), 4);
    assertThat(part.isComplete()).isFalse();
    // Parallel trials that end after the interrupt are not recorded.
    assertThat(part.trials()).hasSizeBetween(parallelism == 1 ? 4 : 1, 4);
    assertThat(part.toString()).contains("interrupted");
    AtomicInteger calls = new AtomicInteger();
    SearchResult resumed =
        random(9)
            .table(table())
            .build()
            .run(
                trial -> {
                  calls.incrementAndGet();
                  return score(trial);
                });
    assertThat(calls).hasValue(9 - part.trials().size());
    assertThat(resumed.isComplete()).isTrue();
    assertThat(resumed.trials()).isEqualTo(whole.trials());
    Path saved = folder.resolve("saved.csv");
    whole.save(saved);
    assertThat(table()).hasSameTextualContentAs(saved);
  }

  @Test
  void halvingResumesWithinARung() throws IOException {
    SuccessiveHalving.Builder halving = SuccessiveHalving.builder(SPACE, 9).seed(2);
    SearchResult whole = halving.build().run(SearchTest::score);
    assertThat(stopped(halving.table(table()).build(), 11).trials()).hasSize(11);
    AtomicInteger calls = new AtomicInteger();
    SearchResult resumed =
        halving
            .build()
            .run(
                trial -> {
                  calls.incrementAndGet();
                  return score(trial);
                });
    assertThat(calls).hasValue(2);
    assertThat(resumed.trials()).isEqualTo(whole.trials());
  }

  @Test
  void anInterruptBeforeTheSearchRunsNothing() throws IOException {
    Thread.currentThread().interrupt();
    SearchResult result = random(9).build().run(SearchTest::score);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(result.trials()).isEmpty();
    assertThat(result.isComplete()).isFalse();
  }

  @Test
  void aHalfWrittenLastLineIsRunAgain() throws IOException {
    random(3).table(table()).build().run(SearchTest::score);
    String whole = Files.readString(table());
    Files.writeString(table(), whole.substring(0, whole.length() - 9));
    List<Integer> run = new ArrayList<>();
    random(3)
        .table(table())
        .build()
        .run(
            trial -> {
              run.add(trial.number());
              return score(trial);
            });
    assertThat(run).containsExactly(2);
    assertThat(Files.readString(table())).isEqualTo(whole);
  }

  @Test
  void aSearchWithMoreTrialsContinues() throws IOException {
    random(3).table(table()).build().run(SearchTest::score);
    List<Integer> run = new ArrayList<>();
    random(5)
        .table(table())
        .build()
        .run(
            trial -> {
              run.add(trial.number());
              return score(trial);
            });
    assertThat(run).containsExactly(3, 4);
  }

  private void isRefused(Search search, String message) {
    assertThatThrownBy(
            () ->
                search.run(
                    trial -> {
                      throw new AssertionError("must not run");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("search.csv")
        .hasMessageContaining(message);
  }

  @Test
  void aTableOfAnotherSearchIsRefused() throws IOException {
    random(3).table(table()).build().run(SearchTest::score);
    String before = Files.readString(table());
    isRefused(
        random(3).seed(6).table(table()).build(),
        "row 2 is not of this search, which has another space, seed or budget");
    isRefused(random(2).table(table()).build(), "There is no trial 2 with the budget 1");
    isRefused(random(3).budget(2).table(table()).build(), "There is no trial 0 with the budget 1");
    SearchSpace wider =
        SearchSpace.builder()
            .choice("cell", "lstm", "gru")
            .integer("hidden", 4, 640)
            .logUniform("lr", 1e-4, 1)
            .build();
    isRefused(RandomSearch.builder(wider, 3).seed(5).table(table()).build(), "Expected [0, 1, ");
    SearchSpace other = SearchSpace.builder().choice("cell", "lstm").build();
    isRefused(
        RandomSearch.builder(other, 3).seed(5).table(table()).build(), "expected the columns");
    Files.writeString(table(), before.replace("COMPLETED", "DONE"));
    isRefused(random(3).table(table()).build(), "row 2");
  }

  @Test
  void aTableThatCannotBeWrittenEndsTheSearch() throws IOException {
    random(3).table(table()).build().run(SearchTest::score);
    assertThatThrownBy(
            () -> random(3).table(folder.resolve("no/search.csv")).build().run(SearchTest::score))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Files.createDirectories");
  }

  /** Ends its process while a trial runs, as Ctrl-C does. */
  static final class EndsWhileSearching {
    private EndsWhileSearching() {}

    public static void main(String[] args) throws IOException {
      random(5)
          .table(Path.of(System.getProperty("table")))
          .build()
          .run(
              trial -> {
                if (trial.number() == 2) {
                  new Thread(() -> System.exit(130)).start();
                  while (!trial.isCancelled()) {
                    Thread.sleep(1);
                  }
                  System.out.println("cancelled");
                }
                return score(trial);
              });
    }
  }

  @Test
  void theEndOfTheProcessTellsTrials() throws Exception {
    ChildJvm.Result result = ChildJvm.run(EndsWhileSearching.class, "-Dtable=" + table());
    assertThat(result.status()).as("%s", result).isEqualTo(130);
    assertThat(result.lines()).containsExactly("cancelled");
    assertThat(Files.readAllLines(table())).hasSize(3);
  }

  // Successive halving

  private static List<String> rungs(SuccessiveHalving search) throws IOException {
    ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
    search.run(
        trial -> {
          calls.add(trial.number() + "@" + trial.budget());
          assertThat(trial.previousBudget()).isLessThan(trial.budget());
          return (trial.number() * 7) % 10; // order: 0, 3, 6, 9, 2, 5, 8, 1, 4, 7
        });
    return List.copyOf(calls);
  }

  @Test
  void halvingKeepsTheBestOfEachRung() throws IOException {
    assertThat(rungs(SuccessiveHalving.builder(SPACE, 20).trials(10).build()))
        .containsExactly(
            "0@1", "1@1", "2@1", "3@1", "4@1", "5@1", "6@1", "7@1", "8@1", "9@1", //
            "0@3", "3@3", "6@3", "9@3", //
            "0@9", "3@9");
    assertThat(
            rungs(
                SuccessiveHalving.builder(SPACE, 20)
                    .trials(10)
                    .eta(2)
                    .minResources(5)
                    .direction(Direction.MAXIMIZE)
                    .build()))
        .containsExactly(
            "0@5", "1@5", "2@5", "3@5", "4@5", "5@5", "6@5", "7@5", "8@5", "9@5", //
            "1@10", "4@10", "5@10", "7@10", "8@10", //
            "1@20", "4@20", "7@20");
  }

  @Test
  void defaultTrialsLeaveOneWithTheLargestBudget() throws IOException {
    SearchResult result =
        SuccessiveHalving.builder(SPACE, 27).build().run(trial -> -trial.number());
    assertThat(result.trials()).hasSize(27 + 9 + 3 + 1);
    assertThat(result.best().budget()).isEqualTo(27);
    assertThat(result.best().number()).isEqualTo(26);
  }

  @Test
  void theBestIsOfTheLargestBudget() throws IOException {
    SearchResult result =
        SuccessiveHalving.builder(SPACE, 9).build().run(trial -> trial.budget() + trial.number());
    assertThat(result.best().score()).isEqualTo(9);
  }

  @Test
  void failedTrialsAreNotPromoted() throws IOException {
    SearchResult result =
        SuccessiveHalving.builder(SPACE, 9)
            .build()
            .run(
                trial -> {
                  if (trial.number() < 4) {
                    throw new IllegalStateException("no");
                  }
                  return trial.number() < 7 ? Double.NaN : trial.number();
                });
    assertThat(result.trials().subList(9, result.trials().size()))
        .extracting(TrialResult::number)
        .containsExactly(7, 8, 7);
  }

  @Test
  void trialsAreContinuedWithWhatTheyCarry() throws IOException {
    SearchResult result =
        SuccessiveHalving.builder(SPACE, 9)
            .parallelism(2)
            .build()
            .run(
                trial -> {
                  int[] epochs = trial.carried(int[].class).orElse(new int[1]);
                  assertThat(epochs[0]).isEqualTo(trial.previousBudget());
                  epochs[0] = trial.budget();
                  trial.carry(epochs);
                  return trial.number();
                });
    assertThat(result.trials()).allMatch(trial -> trial.status() == TrialResult.Status.COMPLETED);
  }

  @Test
  void halvingIsChecked() {
    assertThatThrownBy(() -> SuccessiveHalving.builder(SPACE, 3).minResources(4).build())
        .hasMessage("minResources: expected at most maxResources=3, got 4");
    assertThatThrownBy(() -> SuccessiveHalving.builder(SPACE, 3).eta(1))
        .hasMessage("eta: expected at least 2, got 1");
    assertThatThrownBy(() -> SuccessiveHalving.builder(SPACE, Integer.MAX_VALUE).build())
        .hasMessage("trials: expected 1 to 100000, got more");
    assertThatThrownBy(() -> RandomSearch.builder(SPACE, 0))
        .hasMessage("trials: expected 1 to 100000, got 0");
    assertThatThrownBy(() -> random(1).parallelism(0))
        .hasMessage("parallelism: expected 1 to 1024, got 0");
  }

  // Early stopping

  @Test
  void theMedianRuleStopsTrialsBelowTheMedian() throws IOException {
    SearchResult result =
        random(6)
            .direction(Direction.MAXIMIZE)
            .earlyStopping(new MedianRule(3, 2))
            .build()
            .run(
                trial -> {
                  // Trials 0, 1, 2 report 0, 1, 2: the median is 1. Trials 3, 4, 5 report 0.5, 1,
                  // 3.
                  double score = new double[] {0, 1, 2, 0.5, 1, 3}[trial.number()];
                  for (int step = 0; step < 5; step++) {
                    if (trial.report(step, score)) {
                      return step;
                    }
                  }
                  return 100 + score;
                });
    assertThat(result.trials())
        .extracting(TrialResult::score)
        .containsExactly(100.0, 101.0, 102.0, 2.0, 101.0, 103.0);
    assertThat(result.trials().get(3).status()).isEqualTo(TrialResult.Status.STOPPED);
    assertThat(result.best().number()).isEqualTo(5);
  }

  @Test
  void stoppedTrialsAreNotTheBest() throws IOException {
    SearchResult result =
        random(3)
            .earlyStopping(new MedianRule(1, 0))
            .build()
            .run(trial -> trial.report(0, trial.number()) ? -1 : 1);
    assertThat(result.best().number()).isZero();
    assertThat(result.trials().get(2).status()).isEqualTo(TrialResult.Status.STOPPED);
  }

  // Printing

  @Test
  void theTableIsAligned() throws IOException {
    SearchSpace space =
        SearchSpace.builder().choice("cell", "lstm", "gru").uniform("p", 0, 1).build();
    SearchResult result =
        GridSearch.builder(space)
            .values("p", 0, 0.5)
            .build()
            .run(
                trial -> {
                  if (trial.number() == 3) {
                    throw new IllegalStateException("no\ndata");
                  }
                  return trial.number() == 2 ? 0.25 : 1234567;
                });
    assertThat(result.toTable())
        .isEqualTo(
            """
               trial  budget  cell  p        score       status     message
               0      1       lstm  0.0000   1.2346e+06  completed
               1      1       lstm  0.50000  1.2346e+06  completed
            *  2      1       gru   0.0000   0.25000     completed
               3      1       gru   0.50000  NaN         failed     java.lang.IllegalStateException: no data
            """);
    assertThat(result).hasToString("SearchResult(4 evaluations, best: 0.25 of {cell=gru, p=0.0})");
  }

  @Test
  void whatWasCarriedHasTheClassThatIsAskedFor() {
    Trial trial = Trial.of(new Configuration(Map.of()), 0, 1);
    assertThat(trial.carried(String.class)).isEmpty();
    trial.carry("model");
    assertThat(trial.carried(String.class)).contains("model");
    assertThatThrownBy(() -> trial.carried(Linear.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String, got panama.torch.nn.Linear");
  }
}
