package panama.torch.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static panama.torch.Torch.manualSeed;
import static panama.torch.Torch.randn;
import static panama.torch.Torch.randperm;
import static panama.torch.nn.utils.GradientClipping.clipGradNorm_;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.DataLoader;
import panama.torch.data.TensorDataset;
import panama.torch.io.SafeTensors;
import panama.torch.nn.Dropout;
import panama.torch.nn.GRU;
import panama.torch.nn.Linear;
import panama.torch.nn.MSELoss;
import panama.torch.nn.Module;
import panama.torch.optim.Adam;
import panama.torch.optim.Optimizer;
import panama.torch.optim.SGD;
import panama.torch.optim.lr_scheduler.LRScheduler;
import panama.torch.optim.lr_scheduler.ReduceLROnPlateau;
import panama.torch.optim.lr_scheduler.StepLR;
import panama.torch.train.metrics.MeanSquaredError;
import panama.torch.train.metrics.Metric;

class TrainerTest {
  private static final int EXAMPLES = 20;
  private static final int BATCH = 6;

  @TempDir Path folder;

  /** A GRU with dropout, so that the order of random numbers matters. */
  private static final class Network extends Module {
    private final GRU gru = register("gru", GRU.builder(3, 5).batchFirst(true).build());
    private final Dropout dropout = register("dropout", new Dropout(0.3));
    private final Linear fc = register("fc", new Linear(5, 1));

    Tensor forward(Tensor x) {
      return fc.forward(dropout.forward(gru.forward(x).output().select(1, -1)));
    }
  }

  /** Batches in a new random order for each epoch. */
  private record Shuffled(Tensor x, Tensor y) implements Iterable<List<Tensor>> {
    @Override
    public Iterator<List<Tensor>> iterator() {
      long[][] batches = new long[(EXAMPLES + BATCH - 1) / BATCH][];
      try (Tensor order = randperm(EXAMPLES)) {
        long[] indices = order.toLongArray();
        for (int i = 0; i < batches.length; i++) {
          batches[i] = Arrays.copyOfRange(indices, i * BATCH, Math.min((i + 1) * BATCH, EXAMPLES));
        }
      }
      return Arrays.stream(batches)
          .map(
              batch ->
                  List.of(
                      x.indexSelect(0, Torch.tensor(batch)), y.indexSelect(0, Torch.tensor(batch))))
          .iterator();
    }
  }

  /** Everything that a training needs, equal at each call. */
  private static final class Setup {
    final Network model;
    final Optimizer optimizer;
    final LRScheduler scheduler;
    final MSELoss criterion = new MSELoss();
    final Shuffled batches;
    final List<List<Tensor>> validation;

    Setup() {
      manualSeed(3);
      model = new Network();
      optimizer = new Adam(model.parameters(), 0.01);
      scheduler = new StepLR(optimizer, 2, 0.5);
      Tensor x = randn(EXAMPLES, 4, 3);
      batches = new Shuffled(x, x.sum(2).select(1, -1).unsqueeze(1));
      validation = List.of(List.of(x.neg(), batches.y().neg()));
    }

    Trainer.Builder<List<Tensor>> trainer() {
      return Trainer.builder(model, optimizer, Step.supervised(model::forward, criterion::forward));
    }

    Map<String, Tensor> weights() {
      return model.stateDict();
    }
  }

  private static void assertSameWeights(Setup actual, Setup expected) {
    expected
        .weights()
        .forEach(
            (name, tensor) ->
                assertThat(actual.weights().get(name).equal(tensor)).as(name).isTrue());
  }

  @Test
  void lossesHaveTheBitsOfAPlainLoop() {
    Setup plain = new Setup();
    List<Double> losses = new ArrayList<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      plain.model.train();
      for (List<Tensor> batch : plain.batches) {
        plain.optimizer.zeroGrad();
        Tensor loss = plain.criterion.forward(plain.model.forward(batch.get(0)), batch.get(1));
        loss.backward();
        clipGradNorm_(plain.model.parameters(), 0.5);
        plain.optimizer.step();
        losses.add(loss.item());
      }
      plain.scheduler.step();
    }

    Setup trained = new Setup();
    List<Double> seen = new ArrayList<>();
    trained
        .trainer()
        .epochs(3)
        .clipGradNorm(0.5)
        .scheduler(trained.scheduler)
        .restoreBest(false)
        .callbacks(
            new Callback() {
              @Override
              public void stepEnds(int epoch, long step, double loss) {
                seen.add(loss);
              }
            })
        .build()
        .fit(trained.batches);
    assertThat(seen).isEqualTo(losses);
    assertSameWeights(trained, plain);
  }

  /** Interrupts the training thread after a number of batches. */
  private static Callback interruptAfter(int batches) {
    return new Callback() {
      private int count;

      @Override
      public void stepEnds(int epoch, long step, double loss) {
        if (++count == batches) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 9})
  void resumedTrainingHasTheSameResults(int batches) {
    Setup whole = new Setup();
    History expected =
        whole
            .trainer()
            .epochs(4)
            .scheduler(whole.scheduler)
            .checkpoints(folder.resolve("whole"))
            .build()
            .fit(whole.batches, whole.validation);

    Path checkpoints = folder.resolve("interrupted");
    Setup first = new Setup();
    History begun =
        first
            .trainer()
            .epochs(4)
            .scheduler(first.scheduler)
            .checkpoints(checkpoints)
            .callbacks(interruptAfter(batches))
            .build()
            .fit(first.batches, first.validation);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(begun.wasInterrupted()).isTrue();
    assertThat(begun.epochs()).hasSizeLessThan(4);

    Setup second = new Setup();
    Torch.rand(7); // another state of the generator, which the checkpoint replaces
    History resumed =
        second
            .trainer()
            .epochs(4)
            .scheduler(second.scheduler)
            .checkpoints(checkpoints)
            .resume(true)
            .build()
            .fit(second.batches, second.validation);
    assertThat(resumed.wasInterrupted()).isFalse();
    assertThat(resumed.toString()).isEqualTo(expected.toString());
    assertThat(resumed.epochs()).isEqualTo(expected.epochs());
    assertSameWeights(second, whole);
  }

  private static DataLoader<List<Tensor>> loader(Setup setup, int workers) {
    return DataLoader.builder(new TensorDataset(setup.batches.x(), setup.batches.y()))
        .batchSize(BATCH)
        .shuffle(true)
        .seed(9)
        .workers(workers)
        .build();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 9})
  void resumedTrainingContinuesWithTheBatchesThatItsLoaderHadLeft(int batches) {
    Setup whole = new Setup();
    History expected;
    try (var loader = loader(whole, 0)) {
      expected = whole.trainer().epochs(3).checkpoints(folder.resolve("a")).build().fit(loader);
    }
    Path checkpoints = folder.resolve("b");
    Setup first = new Setup();
    try (var loader = loader(first, 2)) {
      first
          .trainer()
          .epochs(3)
          .checkpoints(checkpoints)
          .callbacks(interruptAfter(batches))
          .build()
          .fit(loader);
    }
    assertThat(Thread.interrupted()).isTrue();
    Setup second = new Setup();
    try (var loader = loader(second, 2)) {
      History resumed =
          second.trainer().epochs(3).checkpoints(checkpoints).resume(true).build().fit(loader);
      assertThat(resumed.epochs()).isEqualTo(expected.epochs());
    }
    assertSameWeights(second, whole);
  }

  @Test
  void resumingAFinishedTrainingDoesNothing() {
    Setup first = new Setup();
    History expected =
        first.trainer().epochs(2).checkpoints(folder).build().fit(first.batches, first.validation);
    Setup second = new Setup();
    History again =
        second
            .trainer()
            .epochs(2)
            .checkpoints(folder)
            .resume(true)
            .build()
            .fit(second.batches, second.validation);
    assertThat(again.epochs()).isEqualTo(expected.epochs());
    assertSameWeights(second, first);
  }

  /** A metric whose values are given. */
  private static final class Given implements Metric {
    private final Iterator<Double> values;

    Given(Double... values) {
      this.values = List.of(values).iterator();
    }

    @Override
    public void update(Tensor predictions, Tensor targets) {}

    @Override
    public double compute() {
      return values.next();
    }

    @Override
    public void reset() {}

    @Override
    public String name() {
      return "given";
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void trainingStopsEarlyAndKeepsTheBestWeights(boolean files) {
    Setup setup = new Setup();
    List<Map<String, Tensor>> weights = new ArrayList<>();
    Trainer.Builder<List<Tensor>> builder =
        setup
            .trainer()
            .epochs(10)
            .metrics(new Given(0.1, 0.5, 0.4, 0.55, 0.3, 0.2))
            .monitor("given", true)
            .earlyStopping(3, 0.1)
            .callbacks(
                new Callback() {
                  @Override
                  public void epochEnds(EpochResult result) {
                    Map<String, Tensor> copy = new java.util.HashMap<>();
                    setup.weights().forEach((name, tensor) -> copy.put(name, tensor.clone()));
                    weights.add(copy);
                  }
                });
    History history =
        (files ? builder.checkpoints(folder) : builder)
            .build()
            .fit(setup.batches, setup.validation);
    assertThat(history.epochs()).hasSize(5);
    assertThat(history.best().epoch()).isEqualTo(2);
    assertThat(history.values("given")).containsExactly(0.1, 0.5, 0.4, 0.55, 0.3);
    weights
        .get(1)
        .forEach(
            (name, tensor) ->
                assertThat(setup.weights().get(name).equal(tensor)).as(name).isTrue());
  }

  @Test
  void accumulatedGradientsAreTheMean() {
    manualSeed(1);
    Tensor x = randn(4, 3);
    Tensor y = randn(4, 1);
    Linear whole = new Linear(3, 1);
    Linear parts = new Linear(3, 1);
    parts.loadStateDict(whole.stateDict());
    var criterion = new MSELoss();
    Trainer.builder(
            whole,
            new SGD(whole.parameters(), 0.1),
            Step.supervised(whole::forward, criterion::forward))
        .build()
        .fit(List.of(List.of(x, y)));
    Trainer.builder(
            parts,
            new SGD(parts.parameters(), 0.1),
            Step.supervised(parts::forward, criterion::forward))
        .accumulate(2)
        .build()
        .fit(
            List.of(
                List.of(x.slice(0, 0, 2), y.slice(0, 0, 2)),
                List.of(x.slice(0, 2, 4), y.slice(0, 2, 4))));
    assertThat(parts.weight().allclose(whole.weight())).isTrue();
  }

  @Test
  void evaluationIsInEvaluationModeAndWithoutGradients() {
    Setup setup = new Setup();
    Tensor x = setup.batches.x();
    Tensor y = setup.batches.y();
    List<List<Tensor>> parts =
        List.of(
            List.of(x.slice(0, 0, 15), y.slice(0, 0, 15)),
            List.of(x.slice(0, 15, 20), y.slice(0, 15, 20)));
    var metric = new MeanSquaredError();
    metric.update(y.add(9), y);
    double loss = setup.trainer().build().evaluate(parts, metric);
    assertThat(setup.model.isTraining()).isFalse();
    assertThat(loss)
        .isCloseTo(setup.criterion.forward(setup.model.forward(x), y).item(), within(1e-6));
    assertThat(metric.compute()).as("of these batches only").isCloseTo(loss, within(1e-6));
    assertThat(setup.model.parameters()).allMatch(parameter -> parameter.grad() == null);
    assertThatThrownBy(() -> setup.trainer().build().evaluate(List.of()))
        .hasMessage("batches: expected at least one batch, got none");
  }

  @Test
  void plateauSchedulerGetsTheMonitoredValue() {
    Setup setup = new Setup();
    var plateau = ReduceLROnPlateau.builder(setup.optimizer).patience(0).factor(0.1).build();
    History history =
        setup
            .trainer()
            .epochs(3)
            .metrics(new Given(1.0, 2.0, 3.0))
            .monitor("given", false)
            .scheduler(plateau)
            .build()
            .fit(setup.batches, setup.validation);
    assertThat(history.values("lr").getFirst()).isEqualTo(0.01);
    assertThat(history.values("lr").getLast()).isLessThan(0.0011);
  }

  @Test
  void stepSchedulerIsSteppedAfterEachUpdate() {
    Setup setup = new Setup();
    setup.trainer().epochs(2).stepScheduler(setup.scheduler).build().fit(setup.batches);
    assertThat(setup.scheduler.lastEpoch()).isEqualTo(8);
  }

  @Test
  void divergenceNamesStepAndLayerAndKeepsTheCheckpoint() throws IOException {
    Setup setup = new Setup();
    Callback poison =
        new Callback() {
          @Override
          public void stepEnds(int epoch, long step, double loss) {
            if (epoch == 2 && step == 2) {
              try (var noGrad = Torch.noGrad()) {
                setup.model.fc.bias().fill_(Double.NaN);
              }
            }
          }
        };
    Trainer<List<Tensor>> trainer =
        setup.trainer().epochs(3).checkpoints(folder).callbacks(poison).build();
    assertThatThrownBy(() -> trainer.fit(setup.batches))
        .isInstanceOfSatisfying(
            DivergedException.class,
            e -> {
              assertThat(e.epoch()).isEqualTo(2);
              assertThat(e.step()).isEqualTo(3);
              assertThat(e.layer()).isEqualTo("parameter 'fc.bias'");
            })
        .hasMessageContaining("best.safetensors");
    Network saved = new Network();
    Checkpoint.loadModel(folder.resolve("last.safetensors"), saved);
    assertThat(saved.fc.bias().isnan().any().itemBoolean()).isFalse();
  }

  @Test
  void divergenceNamesTheInputThatIsNotFinite() {
    Setup setup = new Setup();
    setup.batches.x().fill_(Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> setup.trainer().build().fit(setup.batches))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("epoch 1, step 1")
        .hasMessageContaining("the input of layer 'gru' (GRU)");
  }

  @Test
  void noTensorIsLeft() {
    Setup setup = new Setup();
    setup.trainer().epochs(1).build().fit(setup.batches, setup.validation);
    try (TensorScope scope = new TensorScope()) {
      long before = Torch.memory().liveTensors();
      setup.trainer().epochs(3).checkpoints(folder).build().fit(setup.batches, setup.validation);
      assertThat(Torch.memory().liveTensors() - before).isLessThan(3);
    }
  }

  @Test
  void autocastRunsTheForwardPass() {
    Linear linear = new Linear(2, 1);
    List<DType> types = new ArrayList<>();
    Trainer.builder(
            linear,
            new SGD(linear.parameters(), 0.1),
            (Tensor batch) -> {
              Tensor y = linear.forward(batch);
              types.add(y.dtype());
              return new StepOutput(y.to(DType.FLOAT32).mean());
            })
        .autocast(DType.BFLOAT16)
        .build()
        .fit(List.of(randn(3, 2)));
    assertThat(types).containsExactly(DType.BFLOAT16);
  }

  @Test
  void missingBatchesAndPredictionsAreErrors() {
    Setup setup = new Setup();
    assertThatThrownBy(() -> setup.trainer().build().fit(List.of()))
        .hasMessageContaining("training: expected at least one batch");
    assertThatThrownBy(() -> setup.trainer().build().fit(setup.batches, List.of()))
        .hasMessageContaining("validation: expected at least one batch");
    assertThatThrownBy(() -> setup.trainer().resume(true).build())
        .hasMessageContaining("checkpoints(folder)");
    assertThatThrownBy(
            () ->
                Trainer.builder(
                        setup.model,
                        setup.optimizer,
                        (List<Tensor> batch) ->
                            new StepOutput(setup.model.forward(batch.getFirst()).mean()))
                    .metrics(new Given(1.0))
                    .build()
                    .fit(setup.batches, setup.validation))
        .hasMessageContaining("got one without predictions");
    assertThatThrownBy(() -> setup.trainer().monitor("accuracy", true).build().fit(setup.batches))
        .hasMessage("monitor: expected one of [loss, lr], got 'accuracy'");
    assertThatThrownBy(() -> setup.trainer().metrics(new Given(1.0)).build().fit(setup.batches))
        .hasMessageContaining("call fit(training, validation)");
  }

  @Test
  void aFolderThatCannotBeMadeFailsBeforeTheTraining() throws IOException {
    Setup setup = new Setup();
    Path file = Files.writeString(folder.resolve("file"), "");
    Iterable<List<Tensor>> unread =
        () -> {
          throw new AssertionError("trained");
        };
    assertThatThrownBy(
            () -> setup.trainer().checkpoints(file.resolve("checkpoints")).build().fit(unread))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void anUnfinishedCheckpointLeavesTheFormerOne() throws IOException {
    Setup setup = new Setup();
    Path file = folder.resolve("last.safetensors");
    Checkpoint checkpoint = new Checkpoint(setup.model, setup.optimizer);
    checkpoint.save(file, Map.of("epoch", "1"));
    byte[] before = Files.readAllBytes(file);
    checkpoint.add(
        "broken",
        new Stateful() {
          @Override
          public State state() {
            throw new IllegalStateException("no state");
          }

          @Override
          public void restore(State state) {}
        });
    assertThatThrownBy(() -> checkpoint.save(file, Map.of())).hasMessage("no state");
    assertThat(file).hasBinaryContent(before);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "other.progress.best, x, a number",
    "other.progress.step, -1, an integer of at least 0",
    "other.progress.best_epoch, , an integer",
    "other.progress.history.x, 1, values",
    "other.progress.history.1.x.loss, 1, a value at a position",
    "other.progress.history.1.0.loss, x, a number"
  })
  void aChangedCheckpointIsRefused(String key, @Nullable String value, String expected)
      throws IOException {
    Setup setup = new Setup();
    setup.trainer().checkpoints(folder).build().fit(setup.batches);
    Path file = folder.resolve("last.safetensors");
    Map<String, String> text = new LinkedHashMap<>(SafeTensors.loadMetadata(file));
    text.remove(key);
    if (value != null) {
      text.put(key, value);
    }
    SafeTensors.save(file, SafeTensors.load(file), text);
    assertThatThrownBy(
            () -> setup.trainer().checkpoints(folder).resume(true).build().fit(setup.batches))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("checkpoint: expected " + expected + " named '")
        .hasMessageContaining("the file is of another version or was changed");
  }

  @Test
  void aFileInPlaceOfTheFolderIsRefusedBeforeTheTraining() throws IOException {
    Setup setup = new Setup();
    Path file = Files.createFile(folder.resolve("file"));
    List<Integer> epochs = new ArrayList<>();
    Callback started =
        new Callback() {
          @Override
          public void epochStarts(int epoch, long done, long batches) {
            epochs.add(epoch);
          }
        };
    assertThatThrownBy(
            () -> setup.trainer().checkpoints(file).callbacks(started).build().fit(setup.batches))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("checkpoints: expected a folder, got a file");
    assertThat(epochs).isEmpty();
  }

  @Test
  void aBatchWithoutATargetIsRefused() {
    Setup setup = new Setup();
    assertThatThrownBy(() -> setup.trainer().build().fit(List.of(List.of(randn(1, 4, 3)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batch: expected a list of the input and the target, got 1 tensors");
  }

  @Test
  void nullIsRefusedByTheBuilder() {
    Setup setup = new Setup();
    assertThatThrownBy(() -> setup.trainer().scheduler(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("scheduler");
    assertThatThrownBy(() -> Trainer.builder(setup.model, setup.optimizer, null))
        .hasMessage("step");
  }
}
