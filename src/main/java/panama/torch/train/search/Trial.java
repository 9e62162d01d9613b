package panama.torch.train.search;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import panama.torch.Generator;
import panama.torch.Tensor;
import panama.torch.internal.Arguments;

/** One evaluation of a configuration, the argument of an {@link Objective}. */
public final class Trial {
  /** Guards the state of the default generator, which all threads share. */
  private static final ReentrantLock DEFAULT_GENERATOR = new ReentrantLock();

  private final int number;
  private final long seed;
  private final Configuration configuration;
  private final int budget;
  private final int previousBudget;
  private final BooleanSupplier cancelled;
  private final Predicate<NavigableMap<Integer, Double>> stops;
  private final NavigableMap<Integer, Double> reports = new TreeMap<>();
  private @Nullable Object carried;
  private boolean stopped;

  Trial(
      int number,
      long seed,
      Configuration configuration,
      int budget,
      int previousBudget,
      BooleanSupplier cancelled,
      Predicate<NavigableMap<Integer, Double>> stops) {
    this.number = number;
    this.seed = seed;
    this.configuration = configuration;
    this.budget = budget;
    this.previousBudget = previousBudget;
    this.cancelled = cancelled;
    this.stops = stops;
  }

  /**
   * Returns a trial outside a search, for example to train the best configuration again. Its number
   * is 0, and it is never stopped or cancelled.
   *
   * @param configuration the values of the parameters
   * @param seed the seed
   * @param budget the budget, such as the number of epochs, at least 1
   * @throws IllegalArgumentException if the budget is below 1
   */
  public static Trial of(Configuration configuration, long seed, int budget) {
    Arguments.positive("budget", budget);
    return new Trial(
        0,
        seed,
        Objects.requireNonNull(configuration, "configuration"),
        budget,
        0,
        () -> false,
        reports -> false);
  }

  /** Returns the number of the trial, from 0. */
  public int number() {
    return number;
  }

  /**
   * Returns the seed, which depends only on the seed of the search and the number of the trial, not
   * on other trials or the parallelism.
   */
  public long seed() {
    return seed;
  }

  /** Returns the values of the parameters. */
  public Configuration configuration() {
    return configuration;
  }

  /** Returns the total budget of this evaluation, such as the number of epochs. */
  public int budget() {
    return budget;
  }

  /**
   * Returns the smaller budget with which {@link SuccessiveHalving} evaluated this configuration
   * before; 0 for the first evaluation.
   */
  public int previousBudget() {
    return previousBudget;
  }

  /**
   * Keeps an object, such as the model and its optimizer, for the next evaluation of this
   * configuration by {@link SuccessiveHalving}. It is dropped if there is no next evaluation.
   *
   * @param state the object
   */
  public void carry(Object state) {
    carried = Objects.requireNonNull(state, "state");
  }

  /**
   * Returns the object that the previous evaluation of this configuration kept with {@link #carry},
   * with which training continues from {@link #previousBudget}. It is empty in the first
   * evaluation, and after a search was resumed: training then starts again from 0.
   *
   * @param <T> the type of the object
   * @param type the class of the object
   * @throws IllegalArgumentException if the object is of another class
   */
  public <T> Optional<T> carried(Class<T> type) {
    if (carried != null && !type.isInstance(carried)) {
      throw new IllegalArgumentException(
          "type: expected the class of the object that was carried, %s, got %s"
              .formatted(carried.getClass().getTypeName(), type.getTypeName()));
    }
    return Optional.ofNullable(carried).map(type::cast);
  }

  @Nullable Object carried() {
    return carried;
  }

  /**
   * Reports an intermediate score to the {@link MedianRule} of the search, if there is one.
   *
   * @param step the number of the epoch or step, at least 0
   * @param score the score at this step
   * @return whether the objective should stop and return its score
   * @throws IllegalArgumentException if the step is below 0
   */
  public boolean report(int step, double score) {
    reports.put(Arguments.notNegative("step", step), score);
    stopped = stopped || stops.test(reports);
    return stopped;
  }

  Map<Integer, Double> reports() {
    return reports;
  }

  boolean stopped() {
    return stopped;
  }

  /**
   * Returns whether the search was interrupted. The objective should then return soon; its score is
   * not recorded.
   */
  public boolean isCancelled() {
    return cancelled.getAsBoolean();
  }

  /**
   * Returns the result of a function, such as the constructor of a model, that is called with the
   * default generator of the CPU seeded with the seed of this trial. Afterwards, the generator has
   * its former state again. Initial weights are then the same in each run of the search.
   *
   * <p>Only one trial at a time is in such a call; the others wait. Threads that draw from the
   * default generator outside such a call, as dropout does, change the numbers that the function
   * draws.
   *
   * @param <T> the type of the result
   * @param function the function, such as one that creates the model
   */
  public <T> T seeded(Supplier<T> function) {
    Generator generator = Generator.defaultGenerator();
    DEFAULT_GENERATOR.lock();
    try (Tensor state = generator.getState()) {
      generator.manualSeed(seed);
      try {
        return function.get();
      } finally {
        generator.setState(state);
      }
    } finally {
      DEFAULT_GENERATOR.unlock();
    }
  }

  /** Returns the number, the budget and the configuration. */
  @Override
  public String toString() {
    return "Trial(number=" + number + ", budget=" + budget + ", " + configuration + ")";
  }
}
