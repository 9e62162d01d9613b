package panama.torch.examples.weather;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.data.DataLoader;
import panama.torch.nn.SmoothL1Loss;
import panama.torch.optim.AdamW;
import panama.torch.train.EpochResult;
import panama.torch.train.Step;
import panama.torch.train.Trainer;
import panama.torch.train.charts.SearchChart;
import panama.torch.train.search.Configuration;
import panama.torch.train.search.RandomSearch;
import panama.torch.train.search.Search;
import panama.torch.train.search.SearchResult;
import panama.torch.train.search.SearchSpace;
import panama.torch.train.search.SuccessiveHalving;
import panama.torch.train.search.Trial;

/**
 * Searches for the hyperparameters of {@link WeatherForecast}: at random, and by successive
 * halving, which trains most of its trials for a few epochs only. A search that was interrupted
 * continues. Arguments: the most epochs of a trial, the number of trials of the random search
 * (successive halving has three times the epochs), the number of trials at a time, and the folder
 * for the tables and charts.
 */
public final class Tune {
  private Tune() {}

  /** A network in training, which successive halving continues. */
  private static final class Run implements AutoCloseable {
    private final Trainer<List<Tensor>> trainer;
    private final DataLoader<List<Tensor>> training;
    private final DataLoader<List<Tensor>> validation;
    private int epochs;
    private double best = Double.POSITIVE_INFINITY;

    Run(Configuration configuration, long seed, SeattleWeather weather) {
      Forecaster model =
          new Forecaster(
              configuration.getString("cell"),
              configuration.getInt("hidden"),
              configuration.getDouble("noise"),
              seed);
      var criterion = new SmoothL1Loss();
      var optimizer = AdamW.builder(model.parameters()).lr(configuration.getDouble("lr")).build();
      trainer =
          Trainer.builder(model, optimizer, Step.supervised(model::forward, criterion::forward))
              .clipGradNorm(1)
              .restoreBest(false)
              .build();
      training =
          DataLoader.builder(weather.data().train().dataset())
              .batchSize(configuration.getInt("batch size"))
              .shuffle(true)
              .seed(seed)
              .build();
      validation = DataLoader.builder(weather.data().validation().dataset()).batchSize(256).build();
    }

    /** Trains for another epoch; returns the smallest validation loss so far. */
    double epoch() {
      epochs++;
      EpochResult result = trainer.fit(training, validation).best();
      best = Math.min(best, result.value("validation loss"));
      return best;
    }

    @Override
    public void close() {
      training.close();
      validation.close();
    }
  }

  private static double evaluate(Trial trial, SeattleWeather weather) {
    Run run =
        trial
            .carried(Run.class)
            .orElseGet(
                () -> trial.seeded(() -> new Run(trial.configuration(), trial.seed(), weather)));
    trial.carry(run);
    double score = Double.NaN;
    while (run.epochs < trial.budget() && !trial.isCancelled()) {
      score = run.epoch();
      if (trial.report(run.epochs, score)) {
        break;
      }
    }
    return score;
  }

  public static void main(String[] args) throws IOException {
    Torch.setNumThreads(1); // trials run in parallel instead
    int epochs = args.length > 0 ? Integer.parseInt(args[0]) : 27;
    int trials = args.length > 1 ? Integer.parseInt(args[1]) : 12;
    int parallelism =
        args.length > 2 ? Integer.parseInt(args[2]) : Runtime.getRuntime().availableProcessors();
    Path folder = Path.of(args.length > 3 ? args[3] : "target/tune");
    Files.createDirectories(folder);
    SeattleWeather weather = SeattleWeather.load();
    SearchSpace space =
        SearchSpace.builder()
            .choice("cell", "lstm", "gru", "rnn")
            .choice("hidden", 16, 32, 64)
            .choice("batch size", 32, 64)
            .logUniform("lr", 1e-4, 3e-2)
            .uniform("noise", 0, 0.3)
            .build();
    RandomSearch random =
        RandomSearch.builder(space, trials)
            .budget(epochs)
            .seed(1)
            .parallelism(parallelism)
            .table(folder.resolve("random.csv"))
            .build();
    SuccessiveHalving halving =
        SuccessiveHalving.builder(space, epochs)
            .trials(3 * epochs)
            .seed(1)
            .parallelism(parallelism)
            .table(folder.resolve("halving.csv"))
            .build();
    SearchResult atRandom = search(random, weather, folder.resolve("random.png"));
    System.out.printf("random search%n%s", atRandom.toTable());
    SearchResult halved = search(halving, weather, folder.resolve("halving.png"));
    System.out.printf("%nrandom search: %s%nsuccessive halving: %s%n", atRandom, halved);
    System.out.println(
        "Written to " + folder + ": random.csv, random.png, halving.csv, halving.png");
  }

  /** Returns the results, and draws them over the learning rates. */
  private static SearchResult search(Search search, SeattleWeather weather, Path png)
      throws IOException {
    SearchResult result = search.run(trial -> evaluate(trial, weather));
    SearchChart.overParameter(result, "lr").save(png);
    return result;
  }
}
