package panama.torch.train.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The runner of the trials of one search, each on a thread of its own. Results are recorded on the
 * calling thread.
 */
final class TrialRunner implements AutoCloseable {
  /** The time for which the end of the process waits for trials that are running. */
  private static final long EXIT_SECONDS = 10;

  private final Search search;
  private final Objective objective;
  private final @Nullable ResultTable table;
  private final Map<ResultTable.Key, TrialResult> earlier;
  private final List<TrialResult> results = new ArrayList<>();
  private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
  private final Map<Integer, Object> carried = new HashMap<>();

  /** The reports of completed trials; guarded by itself. */
  private final List<Map<Integer, Double>> curves = new ArrayList<>();

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread exit = new Thread(this::cancelAtExit, "search-exit");
  private volatile boolean cancelled;
  private @Nullable Throwable firstFailure;

  /**
   * A trial whose objective has returned a score or thrown.
   *
   * @param cancelled whether the search was cancelled before
   */
  private record Ended(Trial trial, double score, @Nullable Throwable failure, boolean cancelled) {}

  TrialRunner(
      Search search,
      Objective objective,
      @Nullable ResultTable table,
      Map<ResultTable.Key, TrialResult> earlier) {
    this.search = search;
    this.objective = objective;
    this.table = table;
    this.earlier = earlier;
    try {
      Runtime.getRuntime().addShutdownHook(exit);
    } catch (IllegalStateException e) { // the process is ending
      cancelled = true;
    }
  }

  /** Cancels the trials when the process ends, as by Ctrl-C, and waits until they have returned. */
  private void cancelAtExit() {
    cancelled = true;
    try {
      boolean _ = closed.await(EXIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isCancelled() {
    return cancelled;
  }

  List<TrialResult> results() {
    return results;
  }

  @Nullable Throwable firstFailure() {
    return firstFailure;
  }

  /** Returns a trial of the search. */
  Trial trial(int number, int budget, int previousBudget) {
    MedianRule rule = search.earlyStopping();
    return new Trial(
        number,
        search.seedOf(number),
        search.configuration(number),
        budget,
        previousBudget,
        () -> cancelled,
        reports -> rule != null && stops(rule, reports));
  }

  /**
   * Runs trials, except for those with a result of an earlier run. After an interrupt it starts no
   * more, waits for those that are running, and returns with the interrupt status of the thread
   * set.
   *
   * @return the results, in the order of the numbers; fewer after an interrupt
   */
  List<TrialResult> run(Iterator<Trial> trials) throws IOException {
    TreeMap<Integer, TrialResult> byNumber = new TreeMap<>();
    int running = 0;
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        cancelled |= interrupted;
        while (!cancelled && running < search.parallelism() && trials.hasNext()) {
          Trial trial = trials.next();
          TrialResult known = earlier.get(new ResultTable.Key(trial.number(), trial.budget()));
          if (known != null) {
            byNumber.put(known.number(), known);
          } else {
            start(trial);
            running++;
          }
        }
        if (running == 0) {
          break;
        }
        try {
          Ended next = ended.take();
          running--;
          TrialResult result = record(next);
          if (result != null) {
            byNumber.put(result.number(), result);
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (running > 0) { // the table cannot be written
        cancelled = true;
        interrupted |= drain(running);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    results.addAll(byNumber.values());
    return List.copyOf(byNumber.values());
  }

  /** Waits for running trials without recording them; returns whether it was interrupted. */
  private boolean drain(int running) {
    boolean interrupted = false;
    for (int left = running; left > 0; ) {
      try {
        ended.take();
        left--;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }

  private void start(Trial trial) {
    Object state = carried.remove(trial.number());
    if (state != null) {
      trial.carry(state);
    }
    Thread.ofPlatform()
        .name("trial-" + trial.number())
        .start(
            () -> {
              double score = Double.NaN;
              Throwable failure = null;
              try {
                score = objective.evaluate(trial);
              } catch (Throwable e) { // also an OutOfMemoryError, which a smaller model avoids
                failure = e;
              }
              ended.add(new Ended(trial, score, failure, cancelled));
            });
  }

  /** Records a result and returns it, or returns null if the trial was cancelled. */
  private @Nullable TrialResult record(Ended end) throws IOException {
    Trial trial = end.trial();
    if (end.cancelled()) { // the score may be that of a training that was interrupted
      return null;
    }
    TrialResult.Status status =
        end.failure() != null
            ? TrialResult.Status.FAILED
            : trial.stopped() ? TrialResult.Status.STOPPED : TrialResult.Status.COMPLETED;
    TrialResult result =
        new TrialResult(
            trial.number(),
            trial.budget(),
            trial.seed(),
            trial.configuration(),
            status,
            end.score(),
            message(end));
    if (end.failure() != null && firstFailure == null) {
      firstFailure = end.failure();
      System.getLogger("panama.torch")
          .log(
              System.Logger.Level.WARNING,
              trial + " failed; the search goes on, and further failures are only recorded",
              end.failure());
    }
    if (table != null) {
      table.append(result);
    }
    if (status == TrialResult.Status.COMPLETED) {
      synchronized (curves) {
        curves.add(trial.reports());
      }
    }
    Object state = trial.carried();
    if (end.failure() == null && state != null) {
      carried.put(trial.number(), state);
    }
    return result;
  }

  private static String message(Ended end) {
    if (end.failure() != null) {
      return end.failure().toString();
    }
    return Double.isNaN(end.score()) ? "the score is NaN, which is the worst" : "";
  }

  /** Drops the objects that trials have carried, except for those of some numbers. */
  void forgetCarriedExcept(List<Integer> numbers) {
    carried.keySet().retainAll(numbers);
  }

  private boolean stops(MedianRule rule, NavigableMap<Integer, Double> reports) {
    synchronized (curves) {
      return rule.stops(reports, curves, search.direction());
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(exit);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook is running.
    }
  }
}
