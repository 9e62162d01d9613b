package panama.torch.train;

import static panama.torch.nn.utils.GradientClipping.clipGradNorm_;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import panama.torch.Autocast;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.DataLoader;
import panama.torch.internal.Arguments;
import panama.torch.internal.AtomicFile;
import panama.torch.nn.Module;
import panama.torch.optim.Optimizer;
import panama.torch.optim.lr_scheduler.LRScheduler;
import panama.torch.optim.lr_scheduler.ReduceLROnPlateau;
import panama.torch.train.metrics.Metric;

/**
 * A training loop: for each epoch, a pass over the training batches and one over the validation
 * batches.
 *
 * <pre>{@code
 * var trainer =
 *     Trainer.builder(model, optimizer, Step.supervised(model::forward, criterion::forward))
 *         .epochs(100)
 *         .clipGradNorm(1)
 *         .metrics(new Accuracy())
 *         .earlyStopping(10)
 *         .checkpoints(Path.of("checkpoints"))
 *         .resume(true)
 *         .callbacks(new ConsoleProgress())
 *         .build();
 * History history = trainer.fit(trainLoader, validationLoader);
 * }</pre>
 *
 * <p>It does the following, and nothing else:
 *
 * <pre>{@code
 * for each epoch
 *   model.train()
 *   for each training batch
 *     loss = step(batch), in autocast if set; backward
 *     after every accumulate batches: clip the gradients, step the optimizer (and the scheduler)
 *   model.eval(); for each validation batch, without gradients: the loss and the metrics
 *   step the scheduler; write the checkpoints; stop early
 * }</pre>
 *
 * <p>The tensors of a step belong to a {@link TensorScope} that ends with it.
 *
 * <p>With {@link Builder#checkpoints}, {@code last.safetensors} has the state after the last epoch,
 * or after the last step before an interruption, and {@code best.safetensors} that after the best
 * epoch. A training that is run again with the same folder and {@link Builder#resume} continues
 * where it ended, with bit-identical losses on the same machine: a {@link DataLoader} continues at
 * its position, and other iterables are read again up to it.
 *
 * <p>Ctrl-C or an interrupt of the thread ends a training after the current step of the optimizer.
 * With Ctrl-C, the JVM waits for this at most 60 seconds.
 *
 * @param <B> the type of a batch
 */
public final class Trainer<B> {
  private static final String LAST = "last.safetensors";
  private static final String BEST = "best.safetensors";

  private final Module model;
  private final Optimizer optimizer;
  private final Step<? super B> step;
  private final int epochs;
  private final int accumulate;
  private final double maxNorm;
  private final @Nullable LRScheduler scheduler;
  private final boolean scheduledBySteps;
  private final @Nullable DType autocast;
  private final List<Metric> metrics;
  private final @Nullable String monitor;
  private final boolean maximize;
  private final int patience;
  private final double minDelta;
  private final boolean restoreBest;
  private final @Nullable Path folder;
  private final boolean resume;
  private final List<Callback> callbacks;
  private final Map<String, Stateful> others;

  private Trainer(Builder<B> builder) {
    model = builder.model;
    optimizer = builder.optimizer;
    step = builder.step;
    epochs = builder.epochs;
    accumulate = builder.accumulate;
    maxNorm = builder.maxNorm;
    scheduler = builder.scheduler;
    scheduledBySteps = builder.scheduledBySteps;
    autocast = builder.autocast;
    metrics = List.copyOf(builder.metrics);
    monitor = builder.monitor;
    maximize = builder.maximize;
    patience = builder.patience;
    minDelta = builder.minDelta;
    restoreBest = builder.restoreBest;
    folder = builder.folder;
    resume = builder.resume;
    callbacks = List.copyOf(builder.callbacks);
    others = Map.copyOf(builder.others);
  }

  /**
   * Returns a builder of a trainer.
   *
   * @param <B> the type of a batch
   * @param model the model, which is set to training mode and evaluation mode
   * @param optimizer the optimizer of its parameters
   * @param step the forward pass
   */
  public static <B> Builder<B> builder(Module model, Optimizer optimizer, Step<? super B> step) {
    return new Builder<>(model, optimizer, step);
  }

  /**
   * Trains without validation. See {@link #fit(Iterable, Iterable)}.
   *
   * @param training the batches; each iteration is an epoch
   * @return the results of the epochs
   * @throws DivergedException if a loss is NaN or infinite
   * @throws IllegalArgumentException if there are no batches, or there are metrics
   */
  public History fit(Iterable<? extends B> training) {
    return fit(training, null);
  }

  /**
   * Trains, and validates after each epoch.
   *
   * @param training the batches; each iteration is an epoch
   * @param validation the batches of the validation, the same in each epoch; null for none
   * @return the results of the epochs
   * @throws DivergedException if a loss is NaN or infinite; the checkpoints of earlier epochs
   *     remain
   * @throws IllegalArgumentException if there are no batches, metrics without validation, or no
   *     value of the name that is monitored
   * @throws UncheckedIOException if a checkpoint cannot be read or written
   */
  public History fit(Iterable<? extends B> training, @Nullable Iterable<? extends B> validation) {
    Objects.requireNonNull(training, "training");
    try (Interruption interruption = new Interruption()) {
      return new Run(training, validation, interruption).run();
    } finally {
      callbacks.forEach(Callback::trainingEnds);
    }
  }

  /**
   * Returns the mean loss of held-out batches, such as those of the test set, and updates metrics
   * with them. No gradients are computed, and the model remains in evaluation mode.
   *
   * @param batches the batches, at least one
   * @param metrics the metrics, which are reset first and then have the values of these batches
   * @return the mean loss over the examples
   * @throws IllegalArgumentException if there are no batches
   * @throws IllegalStateException if there are metrics, and the step returns no predictions or
   *     targets
   */
  public double evaluate(Iterable<? extends B> batches, Metric... metrics) {
    return evaluate("batches", batches, List.of(metrics));
  }

  private double evaluate(String name, Iterable<? extends B> batches, List<Metric> metrics) {
    model.eval();
    metrics.forEach(Metric::reset);
    Mean mean = new Mean();
    Iterator<? extends B> iterator = batches.iterator();
    while (true) {
      try (TensorScope scope = new TensorScope();
          var noGrad = Torch.noGrad()) {
        if (!iterator.hasNext()) {
          break;
        }
        StepOutput output = forward(iterator.next());
        mean.add(output.loss().item(), output.examples());
        for (Metric metric : metrics) {
          metric.update(output.requirePredictions(), output.requireTargets());
        }
      }
    }
    if (mean.examples() == 0) {
      throw new IllegalArgumentException(name + ": expected at least one batch, got none");
    }
    return mean.value();
  }

  /** One call of fit. */
  private final class Run {
    private final Iterable<? extends B> training;
    private final @Nullable Iterable<? extends B> validation;
    private final Interruption interruption;
    private final String monitored;
    private final Progress progress = new Progress();
    private final Checkpoint checkpoint;
    private @Nullable Map<String, Tensor> bestWeights;

    Run(
        Iterable<? extends B> training,
        @Nullable Iterable<? extends B> validation,
        Interruption interruption) {
      this.training = training;
      this.validation = validation;
      this.interruption = interruption;
      monitored =
          monitor != null
              ? monitor
              : validation != null ? EpochResult.VALIDATION_LOSS : EpochResult.LOSS;
      checkNames();
      checkpoint = new Checkpoint(model, optimizer, scheduler).add("progress", progress);
      others.forEach(checkpoint::add);
      if (training instanceof DataLoader<?> loader) {
        checkpoint.add("loader", new LoaderPosition(loader));
      }
    }

    /** Checks before the first epoch what would otherwise fail after it. */
    private void checkNames() {
      List<String> names = new ArrayList<>(List.of(EpochResult.LOSS, EpochResult.RATE));
      if (validation != null) {
        names.add(EpochResult.VALIDATION_LOSS);
        metrics.forEach(metric -> names.add(metric.name()));
      } else if (!metrics.isEmpty()) {
        throw new IllegalArgumentException(
            "validation: expected batches, on which the metrics are computed, got null; call"
                + " fit(training, validation)");
      }
      if (!names.contains(monitored)) {
        throw new IllegalArgumentException(
            "monitor: expected one of " + names + ", got '" + monitored + "'");
      }
    }

    History run() {
      if (folder != null && Files.exists(folder) && !Files.isDirectory(folder)) {
        throw new UncheckedIOException(
            new FileSystemException(
                folder.toString(), null, "checkpoints: expected a folder, got a file"));
      } else if (folder != null) {
        io(() -> Files.createDirectories(folder));
      }
      if (folder != null && resume && Files.exists(folder.resolve(LAST))) {
        io(() -> checkpoint.load(folder.resolve(LAST)));
      }
      History history = progress.history;
      while (history.epochs().size() < epochs && !stopsEarly()) {
        int epoch = history.epochs().size() + 1;
        double rate = optimizer.paramGroups().getFirst().lr();
        if (!train(epoch)) {
          saveLast();
          history.interrupted();
          return history;
        }
        endEpoch(result(epoch, rate));
      }
      if (restoreBest) {
        restoreBest();
      }
      return history;
    }

    private boolean stopsEarly() {
      return patience > 0 && progress.epochsWithoutImprovement >= patience;
    }

    /** Trains for an epoch or the rest of one. Returns false if the training is interrupted. */
    private boolean train(int epoch) {
      model.train();
      optimizer.zeroGrad();
      long count = count(training);
      callbacks.forEach(callback -> callback.epochStarts(epoch, progress.step, count));
      long asked = System.nanoTime();
      Iterator<? extends B> batches = batches();
      while (true) {
        if (interruption.isRequested() && progress.step % accumulate == 0) {
          return false;
        }
        try (TensorScope scope = new TensorScope()) {
          if (!batches.hasNext()) { // inside the scope, since some iterators make the batch here
            break;
          }
          B batch = batches.next();
          long waited = System.nanoTime() - asked;
          progress.step++;
          callbacks.forEach(callback -> callback.batchLoaded(epoch, progress.step, waited));
          StepOutput output = forward(batch);
          double loss = output.loss().item();
          if (!Double.isFinite(loss)) {
            throw diverged(epoch, progress.step, loss, batch);
          }
          // Not divided by 1, so that the losses have the bits of a plain loop.
          (accumulate == 1 ? output.loss() : output.loss().div(accumulate)).backward();
          progress.loss.add(loss, output.examples());
          callbacks.forEach(callback -> callback.stepEnds(epoch, progress.step, loss));
        }
        if (progress.step % accumulate == 0) {
          update();
        }
        asked = System.nanoTime();
      }
      if (progress.step % accumulate != 0) {
        update();
      }
      if (progress.step == 0) {
        throw new IllegalArgumentException("training: expected at least one batch, got none");
      }
      return true;
    }

    /** Returns the batches of the epoch that are not done. */
    private Iterator<? extends B> batches() {
      if (progress.step == 0) {
        progress.startEpoch();
        return training.iterator();
      }
      if (training instanceof DataLoader<?>) {
        return training.iterator(); // its position was restored with the checkpoint
      }
      List<Iterator<? extends B>> resumed = new ArrayList<>();
      progress.replayStart(
          () -> {
            Iterator<? extends B> batches = training.iterator();
            for (long i = 0; i < progress.step; i++) {
              try (TensorScope scope = new TensorScope()) {
                if (!batches.hasNext()) {
                  throw new IllegalArgumentException(
                      "training: expected more than %s batches, as before the interrupt, got %s"
                          .formatted(progress.step, i));
                }
                batches.next();
              }
            }
            resumed.add(batches);
          });
      return resumed.getFirst();
    }

    private void update() {
      try (TensorScope scope = new TensorScope()) {
        if (maxNorm > 0) {
          clipGradNorm_(optimizer.parameters(), maxNorm);
        }
        optimizer.step();
        optimizer.zeroGrad();
      }
      if (scheduler != null && scheduledBySteps) {
        scheduler.step();
      }
    }

    private EpochResult result(int epoch, double rate) {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put(EpochResult.LOSS, progress.loss.value());
      if (validation != null) {
        callbacks.forEach(callback -> callback.validationStarts(epoch));
        values.put(EpochResult.VALIDATION_LOSS, evaluate("validation", validation, metrics));
        metrics.forEach(metric -> values.put(metric.name(), metric.compute()));
      }
      values.put(EpochResult.RATE, rate);
      return new EpochResult(epoch, values);
    }

    private void endEpoch(EpochResult result) {
      double score = result.value(monitored);
      boolean improved = improves(score);
      if (improved) {
        progress.best = score;
      }
      progress.epochsWithoutImprovement = improved ? 0 : progress.epochsWithoutImprovement + 1;
      progress.endEpoch(result, improved);
      if (scheduler instanceof ReduceLROnPlateau plateau) {
        plateau.step(score);
      } else if (scheduler != null && !scheduledBySteps) {
        scheduler.step();
      }
      saveLast();
      if (improved && folder != null) {
        Path last = folder.resolve(LAST);
        io(() -> AtomicFile.replace(folder.resolve(BEST), out -> Files.copy(last, out)));
      } else if (improved && restoreBest) {
        rememberWeights();
      }
      callbacks.forEach(callback -> callback.epochEnds(result));
    }

    /** Returns whether a score is better than the best one, which NaN is not. */
    private boolean improves(double score) {
      return Double.isNaN(progress.best)
          ? !Double.isNaN(score)
          : maximize ? score > progress.best + minDelta : score < progress.best - minDelta;
    }

    private void saveLast() {
      if (folder != null) {
        io(() -> checkpoint.save(folder.resolve(LAST), Map.of()));
      }
    }

    private void rememberWeights() {
      forgetWeights();
      try (TensorScope scope = new TensorScope()) {
        bestWeights = new LinkedHashMap<>();
        model
            .stateDict()
            .forEach((name, tensor) -> bestWeights.put(name, TensorScope.exempt(tensor.clone())));
      }
    }

    private void forgetWeights() {
      if (bestWeights != null) {
        bestWeights.values().forEach(Tensor::close);
        bestWeights = null;
      }
    }

    private void restoreBest() {
      if (bestWeights != null) {
        model.loadStateDict(bestWeights);
        forgetWeights();
      } else if (folder != null && Files.exists(folder.resolve(BEST))) {
        io(() -> Checkpoint.loadModel(folder.resolve(BEST), model));
      }
    }
  }

  /** Returns the number of batches; -1 if it is unknown. */
  private static long count(Iterable<?> batches) {
    try {
      return switch (batches) {
        case Collection<?> collection -> collection.size();
        case DataLoader<?> loader -> loader.size();
        default -> -1;
      };
    } catch (UnsupportedOperationException e) {
      return -1; // the loader of a stream
    }
  }

  private StepOutput forward(B batch) {
    if (autocast == null) {
      return step.apply(batch);
    }
    try (Autocast mode = Torch.autocast(autocast)) {
      return step.apply(batch);
    }
  }

  private DivergedException diverged(int epoch, long number, double loss, B batch) {
    String tensor = NonFinite.find(model, () -> forward(batch));
    String saved =
        folder == null ? "" : "; the best weights until then are in " + folder.resolve(BEST);
    return new DivergedException(
        epoch, number, loss, tensor, "lower the learning rate or clip the gradients" + saved);
  }

  private interface FileAction {
    void run() throws IOException;
  }

  private static void io(FileAction action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The options of a {@link Trainer}.
   *
   * @param <B> the type of a batch
   */
  public static final class Builder<B> {
    private final Module model;
    private final Optimizer optimizer;
    private final Step<? super B> step;
    private int epochs = 1;
    private int accumulate = 1;
    private double maxNorm;
    private @Nullable LRScheduler scheduler;
    private boolean scheduledBySteps;
    private @Nullable DType autocast;
    private final List<Metric> metrics = new ArrayList<>();
    private @Nullable String monitor;
    private boolean maximize;
    private int patience;
    private double minDelta;
    private boolean restoreBest = true;
    private @Nullable Path folder;
    private boolean resume;
    private final List<Callback> callbacks = new ArrayList<>();
    private final Map<String, Stateful> others = new LinkedHashMap<>();

    private Builder(Module model, Optimizer optimizer, Step<? super B> step) {
      this.model = Objects.requireNonNull(model, "model");
      this.optimizer = Objects.requireNonNull(optimizer, "optimizer");
      this.step = Objects.requireNonNull(step, "step");
    }

    /**
     * Sets the number of epochs. Default: 1.
     *
     * @param epochs at least 1; a resumed training counts the epochs before
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder<B> epochs(int epochs) {
      this.epochs = Arguments.positive("epochs", epochs);
      return this;
    }

    /**
     * Sets the number of batches whose gradients are accumulated for one step of the optimizer. The
     * loss of each is divided by this number, also at the end of an epoch with fewer batches.
     * Default: 1.
     *
     * @param batches at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder<B> accumulate(int batches) {
      accumulate = Arguments.positive("batches", batches);
      return this;
    }

    /**
     * Sets the maximum L2 norm of all gradients together, to which they are scaled down before each
     * step of the optimizer, as by {@code clip_grad_norm_}. Default: no limit.
     *
     * @param maxNorm above 0
     * @return this builder
     * @throws IllegalArgumentException if it is not above 0
     */
    public Builder<B> clipGradNorm(double maxNorm) {
      this.maxNorm = Arguments.positive("maxNorm", maxNorm);
      return this;
    }

    /**
     * Sets a scheduler that is stepped after each epoch. {@link ReduceLROnPlateau} is stepped with
     * the value that is monitored.
     *
     * @param scheduler a scheduler of the optimizer
     * @return this builder
     */
    public Builder<B> scheduler(LRScheduler scheduler) {
      this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
      scheduledBySteps = false;
      return this;
    }

    /**
     * Sets a scheduler that is stepped after each step of the optimizer, such as OneCycleLR.
     *
     * @param scheduler a scheduler of the optimizer
     * @return this builder
     * @throws IllegalArgumentException if it is a {@link ReduceLROnPlateau}
     */
    public Builder<B> stepScheduler(LRScheduler scheduler) {
      if (scheduler instanceof ReduceLROnPlateau) {
        throw new IllegalArgumentException(
            "scheduler: ReduceLROnPlateau needs a value that exists only after an epoch; use"
                + " scheduler(...)");
      }
      this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
      scheduledBySteps = true;
      return this;
    }

    /**
     * Computes the forward passes in mixed precision, as in {@link Torch#autocast}. Default: in the
     * types of the tensors.
     *
     * @param dtype BFLOAT16 or FLOAT16; the losses are not scaled
     * @return this builder
     */
    public Builder<B> autocast(DType dtype) {
      autocast = Objects.requireNonNull(dtype, "dtype");
      return this;
    }

    /**
     * Adds metrics, which are computed from the predictions and targets of the validation.
     *
     * @param metrics the metrics
     * @return this builder
     */
    public Builder<B> metrics(Metric... metrics) {
      this.metrics.addAll(List.of(metrics));
      return this;
    }

    /**
     * Sets the value that determines the best epoch. Default: the smallest {@code validation loss},
     * or without validation the smallest {@code loss}.
     *
     * @param name the name of a value of {@link EpochResult}, such as that of a metric
     * @param maximize whether larger values are better
     * @return this builder
     */
    public Builder<B> monitor(String name, boolean maximize) {
      monitor = Objects.requireNonNull(name, "name");
      this.maximize = maximize;
      return this;
    }

    /**
     * Stops the training after a number of epochs in a row without an improvement of the monitored
     * value. By default, all epochs run.
     *
     * @param patience the number of epochs, at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public Builder<B> earlyStopping(int patience) {
      return earlyStopping(patience, 0);
    }

    /**
     * Stops the training after a number of epochs in a row without an improvement of the monitored
     * value. By default, all epochs run.
     *
     * @param patience the number of epochs, at least 1
     * @param minDelta the difference to the best value above which a value is an improvement, at
     *     least 0
     * @return this builder
     * @throws IllegalArgumentException if patience is below 1 or minDelta below 0
     */
    public Builder<B> earlyStopping(int patience, double minDelta) {
      this.patience = Arguments.positive("patience", patience);
      this.minDelta = Arguments.notNegative("minDelta", minDelta);
      return this;
    }

    /**
     * Sets whether the model has the weights of the best epoch after the training, instead of those
     * of the last one. Default: true.
     *
     * @param restoreBest whether to restore them
     * @return this builder
     */
    public Builder<B> restoreBest(boolean restoreBest) {
      this.restoreBest = restoreBest;
      return this;
    }

    /**
     * Sets the folder to which checkpoints of the last and the best epoch are written. Default:
     * none.
     *
     * @param folder the folder, which is created if it does not exist
     * @return this builder
     */
    public Builder<B> checkpoints(Path folder) {
      this.folder = Objects.requireNonNull(folder, "folder");
      return this;
    }

    /**
     * Sets whether the training continues from the last checkpoint in the folder, if there is one.
     * Default: false.
     *
     * @param resume whether to continue
     * @return this builder
     */
    public Builder<B> resume(boolean resume) {
      this.resume = resume;
      return this;
    }

    /**
     * Adds listeners, which are called in this order.
     *
     * @param callbacks the listeners
     * @return this builder
     */
    public Builder<B> callbacks(Callback... callbacks) {
      this.callbacks.addAll(List.of(callbacks));
      return this;
    }

    /**
     * Adds an object whose state is part of the checkpoints, such as a {@link CarriedState}.
     *
     * @param name its name in the file, without dots
     * @param other the object
     * @return this builder
     */
    public Builder<B> stateful(String name, Stateful other) {
      others.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(other, "other"));
      return this;
    }

    /**
     * Returns the trainer.
     *
     * @throws IllegalArgumentException if {@link #resume} is set without a folder of {@link
     *     #checkpoints}
     */
    public Trainer<B> build() {
      if (resume && folder == null) {
        throw new IllegalArgumentException(
            "resume: expected a folder with checkpoints; call checkpoints(folder)");
      }
      return new Trainer<>(this);
    }
  }
}
