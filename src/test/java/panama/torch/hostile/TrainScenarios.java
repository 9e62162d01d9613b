package panama.torch.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.data.DataLoader;
import panama.torch.data.TensorDataset;
import panama.torch.io.SafeTensors;
import panama.torch.nn.GRU;
import panama.torch.nn.Linear;
import panama.torch.nn.MSELoss;
import panama.torch.nn.Module;
import panama.torch.optim.Adam;
import panama.torch.train.Callback;
import panama.torch.train.CarriedState;
import panama.torch.train.Checkpoint;
import panama.torch.train.DivergedException;
import panama.torch.train.EpochResult;
import panama.torch.train.GradientHealth;
import panama.torch.train.GradientReport;
import panama.torch.train.History;
import panama.torch.train.Step;
import panama.torch.train.Trainer;
import panama.torch.train.charts.SearchChart;
import panama.torch.train.logs.CsvFile;
import panama.torch.train.logs.CsvLog;
import panama.torch.train.logs.TensorBoardLog;
import panama.torch.train.metrics.Accuracy;
import panama.torch.train.metrics.Average;
import panama.torch.train.metrics.ConfusionMatrix;
import panama.torch.train.metrics.F1;
import panama.torch.train.metrics.MeanAbsoluteError;
import panama.torch.train.metrics.Metric;
import panama.torch.train.metrics.Perplexity;
import panama.torch.train.metrics.Precision;
import panama.torch.train.metrics.R2Score;
import panama.torch.train.metrics.Recall;
import panama.torch.train.metrics.TopKAccuracy;
import panama.torch.train.metrics.ZeroDivision;
import panama.torch.train.search.Direction;
import panama.torch.train.search.GridSearch;
import panama.torch.train.search.MedianRule;
import panama.torch.train.search.Objective;
import panama.torch.train.search.RandomSearch;
import panama.torch.train.search.SearchResult;
import panama.torch.train.search.SearchSpace;
import panama.torch.train.search.SuccessiveHalving;
import panama.torch.train.search.Trial;

/** Valid objects of the package train, and calls with one argument that is not, see Scenarios. */
public final class TrainScenarios {
  /** A recurrent model. */
  private static final class Network extends Module {
    private final GRU gru = register("gru", GRU.builder(3, 2).batchFirst(true).build());
    private final Linear fc = register("fc", new Linear(2, 1));

    Tensor forward(Tensor x) {
      return fc.forward(gru.forward(x).output().select(1, -1));
    }
  }

  private TrainScenarios() {}

  private static DataLoader<List<Tensor>> loader() {
    return new DataLoader<>(new TensorDataset(Torch.rand(4, 4, 3), Torch.rand(4, 1)), 2);
  }

  private static Trainer.Builder<List<Tensor>> trainer(Network model, double rate) {
    MSELoss loss = new MSELoss();
    return Trainer.builder(
        model,
        Adam.builder(model.parameters()).lr(rate).build(),
        Step.supervised(model::forward, loss::forward));
  }

  public static Trainer.Builder<List<Tensor>> trainer() {
    return trainer(new Network(), 0.1);
  }

  public static Trainer<List<Tensor>> trainerOf(
      Metric metric, Callback callback, String monitor, boolean maximize) {
    return trainer(new Network(), 0.1)
        .epochs(2)
        .metrics(metric)
        .callbacks(callback)
        .monitor(monitor, maximize)
        .build();
  }

  public static History fit(Trainer<List<Tensor>> trainer, boolean validate) {
    try (var loader = loader()) {
      return validate ? trainer.fit(loader, loader) : trainer.fit(loader);
    }
  }

  public static History history(double rate, int epochs, int accumulate, double maxNorm) {
    try (var loader = loader()) {
      return trainer(new Network(), rate)
          .epochs(Math.min(epochs, 3))
          .accumulate(accumulate)
          .clipGradNorm(maxNorm)
          .build()
          .fit(loader, loader);
    }
  }

  /** A training that goes on from a checkpoint with one text that is another one. */
  public static History resumed(Path folder, int which, String text, boolean remove)
      throws IOException {
    Path own = folder.resolveSibling("checkpoints");
    Path last = own.resolve("last.safetensors");
    CarriedState state = new CarriedState();
    state.set(Torch.ones(2));
    try (var loader = loader()) {
      trainer(new Network(), 0.1).stateful("state", state).checkpoints(own).build().fit(loader);
      change(last, which, text, remove);
      return trainer(new Network(), 0.1)
          .stateful("state", state)
          .checkpoints(own)
          .resume(true)
          .epochs(2)
          .build()
          .fit(loader);
    }
  }

  /** Changes a text or removes a tensor. */
  private static void change(Path file, int which, String text, boolean remove) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>(SafeTensors.load(file));
    Map<String, String> texts = new LinkedHashMap<>(SafeTensors.loadMetadata(file));
    List<String> names = new ArrayList<>(texts.keySet());
    names.addAll(tensors.keySet());
    String name = names.get(Math.floorMod(which * 7919 + text.length(), names.size()));
    if (remove) {
      texts.remove(name);
      tensors.remove(name);
    } else if (texts.containsKey(name)) {
      texts.put(name, text);
    } else {
      tensors.put(name, Torch.ones(1));
    }
    SafeTensors.save(file, tensors, texts);
  }

  /** A checkpoint with one text that is another one. */
  public static Map<String, String> checkpoint(
      Module model, Path file, int which, String text, boolean remove) throws IOException {
    Checkpoint checkpoint =
        new Checkpoint(model, Adam.builder(model.parameters()).build())
            .add("x", new CarriedState());
    checkpoint.save(file, Map.of("lr", text));
    change(file, which, text, remove);
    return checkpoint.load(file);
  }

  public static DivergedException diverged() {
    try (var loader = loader()) {
      Trainer<List<Tensor>> trainer =
          Trainer.builder(
                  new Network(),
                  Adam.builder(List.of(Torch.ones(1).requiresGrad_(true))).build(),
                  Step.supervised(
                      x -> x.sum().mul(Double.NaN).requiresGrad_(true), (y, target) -> y))
              .build();
      trainer.fit(loader); // which an interrupt ends
      throw new Arguments.OfHook();
    } catch (DivergedException e) {
      return e;
    }
  }

  public static CarriedState carried(Tensor a, Tensor b) {
    CarriedState state = new CarriedState();
    state.set(a, b);
    return state;
  }

  public static EpochResult epoch(int number, double loss) {
    return new EpochResult(number, Map.of("loss", loss, "lr", 0.1));
  }

  public static GradientHealth health(boolean backward) {
    Network network = new Network();
    GradientHealth health = new GradientHealth(network);
    if (backward) {
      network.forward(Torch.rand(2, 3, 3)).sum().backward();
    }
    return health;
  }

  public static GradientReport gradients(double[] norms, double norm) {
    return new GradientReport(Map.of("gru", norms), Map.of("weight", norm));
  }

  /** A metric with a batch, whose classes may be out of range. */
  public static Metric metric(int which, long target, Average average, ZeroDivision zero) {
    Metric metric =
        switch (Math.floorMod(which, 9)) {
          case 0 -> new Accuracy();
          case 1 -> new F1(3, average, zero);
          case 2 -> new Precision(3, average, zero);
          case 3 -> new Recall(3, average, zero);
          case 4 -> new ConfusionMatrix(3);
          case 5 -> new TopKAccuracy(2);
          case 6 -> new Perplexity();
          case 7 -> new R2Score();
          default -> new MeanAbsoluteError();
        };
    if (metric instanceof R2Score || metric instanceof MeanAbsoluteError) {
      metric.update(Torch.rand(3), Torch.full(new long[] {3}, target));
    } else {
      metric.update(Torch.rand(3, 3), Torch.tensor(new long[] {0, target, 2}));
    }
    return metric;
  }

  public static double score(Metric metric) {
    return metric.compute();
  }

  public static SearchSpace space(int low, int high) {
    return SearchSpace.builder()
        .choice("weight", "lstm", true, 1)
        .integer("bias", low, high)
        .logUniform("lr", 1e-3, 1)
        .uniform("mean", 0, 1)
        .build();
  }

  private static SearchSpace space() {
    return space(0, 3);
  }

  public static Trial trial(int number) {
    Trial[] trial = new Trial[1];
    try {
      RandomSearch.builder(space(), 1 + Math.clamp(number, 0, 2))
          .build()
          .run(
              one -> {
                trial[0] = one;
                return 1;
              });
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return trial[0];
  }

  public static SearchResult random(
      Objective objective, int trials, Direction direction, Path table) throws IOException {
    return RandomSearch.builder(space(), Math.min(trials, 4))
        .direction(direction)
        .earlyStopping(new MedianRule(1, 0))
        .table(table)
        .build()
        .run(objective);
  }

  public static SearchResult grid(int points, int parallelism, double score) throws IOException {
    return GridSearch.builder(SearchSpace.builder().integer("weight", 0, 5).build())
        .points("weight", points)
        .parallelism(parallelism)
        .build()
        .run(trial -> score + trial.configuration().getInt("weight"));
  }

  public static SearchResult halving(int resource, int eta, Direction direction)
      throws IOException {
    return SuccessiveHalving.builder(space(), Math.min(resource, 9))
        .eta(eta)
        .direction(direction)
        .build()
        .run(
            trial -> {
              trial.carry(trial.number());
              trial.report(trial.budget(), trial.carried(Integer.class).orElse(0));
              return trial.number() % 3 == 0 ? Double.NaN : trial.number();
            });
  }

  public static SearchChart chart(SearchResult result, String name, boolean trials) {
    return trials ? SearchChart.overTrials(result) : SearchChart.overParameter(result, name);
  }

  public static CsvFile rows(Path path, List<String> cells) throws IOException {
    Files.deleteIfExists(path);
    CsvFile file = CsvFile.open(path, List.of("loss", "lr"));
    file.append(List.of("1", "2"));
    file.append(cells);
    return file;
  }

  public static TensorBoardLog tensorBoard(Path file, String tag, double number, long step)
      throws IOException {
    TensorBoardLog log = new TensorBoardLog(file.resolveSibling("board"));
    log.addScalar(tag, number, step);
    return log;
  }

  public static CsvLog log(Path path, double number) throws IOException {
    Files.deleteIfExists(path);
    CsvLog log = new CsvLog(path, List.of("weight", "lr"));
    log.append(Map.of("lr", number));
    return log;
  }
}
