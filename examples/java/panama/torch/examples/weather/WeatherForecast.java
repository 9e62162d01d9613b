package panama.torch.examples.weather;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.data.DataLoader;
import panama.torch.data.preprocessing.TimeSeriesPart;
import panama.torch.nn.SmoothL1Loss;
import panama.torch.optim.AdamW;
import panama.torch.optim.lr_scheduler.ReduceLROnPlateau;
import panama.torch.train.ConsoleProgress;
import panama.torch.train.History;
import panama.torch.train.Step;
import panama.torch.train.Trainer;
import panama.torch.train.charts.LearningCurve;
import panama.torch.train.charts.LineChart;

/**
 * Forecasts the maximum temperature in Seattle of the next seven days from the last 30 days, and
 * compares with two baselines on a year that it was not trained on: the last known temperature, and
 * the average of the season. Arguments: the cells (lstm,gru,rnn), the most epochs, the number of
 * networks of each cell whose forecasts are averaged, and the folder for the charts.
 */
public final class WeatherForecast {
  /** The days that are drawn: two months in spring. */
  private static final int FIRST_SHOWN = 90;

  private static final int LAST_SHOWN = 150;

  private WeatherForecast() {}

  public static void main(String[] args) throws IOException {
    Torch.setNumThreads(1); // these matrices are too small for several threads
    List<String> cells = List.of((args.length > 0 ? args[0] : "lstm,gru,rnn").split(",", -1));
    int epochs = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    int networks = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    Path folder = Path.of(args.length > 3 ? args[3] : "target/weather-forecast");
    Files.createDirectories(folder);
    SeattleWeather weather = SeattleWeather.load();
    TimeSeriesPart test = weather.data().test();

    Tensor targets = test.targets(); // (N, days, 1)
    Tensor persistence = test.lastValues().expandAs(targets);
    Tensor season = seasons(weather);
    List<LocalDateTime> dates = test.targetDates(0).subList(FIRST_SHOWN, LAST_SHOWN);
    LineChart chart =
        new LineChart("Maximum temperature in Seattle, forecast of the day before")
            .yTitle("°C")
            .addDates("measured", dates, shown(targets))
            .addDates("persistence", dates, shown(persistence))
            .addDates("season", dates, shown(season));
    StringBuilder table = new StringBuilder();
    for (String cell : cells) {
      Tensor forecasts = Torch.zerosLike(targets);
      for (int network = 0; network < networks; network++) {
        System.out.println("\n" + cell + ", network " + (network + 1) + " of " + networks);
        Torch.manualSeed(network);
        Forecaster model = new Forecaster(cell, 32, 0.1, network);
        History history = fit(model, weather, epochs);
        forecasts.add_(forecast(model, weather).div(networks));
        LearningCurve.of(history)
            .save(folder.resolve("learning-curve-" + cell + "-" + (network + 1) + ".png"));
      }
      table.append(row(cell, forecasts, targets));
      chart.addDates(cell, dates, shown(forecasts));
    }
    table.append(row("persistence", persistence, targets)).append(row("season", season, targets));
    System.out.printf(
        "%nMean absolute error in 2015, in degrees Celsius%n%-12s %9s %10s%n%s",
        "", "next day", "in a week", table);
    chart.save(folder.resolve("forecast.png"));
    System.out.println("Written to " + folder + ": forecast.png, learning-curve-*.png");
  }

  private static History fit(Forecaster model, SeattleWeather weather, int epochs) {
    var criterion = new SmoothL1Loss();
    var optimizer = AdamW.builder(model.parameters()).lr(1e-3).build();
    try (var training =
            DataLoader.builder(weather.data().train().dataset())
                .batchSize(32)
                .shuffle(true)
                .build();
        var validation =
            DataLoader.builder(weather.data().validation().dataset()).batchSize(256).build()) {
      return Trainer.builder(model, optimizer, Step.supervised(model::forward, criterion::forward))
          .epochs(epochs)
          .clipGradNorm(1)
          .scheduler(ReduceLROnPlateau.builder(optimizer).factor(0.5).patience(4).build())
          .earlyStopping(12)
          .callbacks(new ConsoleProgress())
          .build()
          .fit(training, validation);
    }
  }

  /** Returns the forecasts of the test in degrees Celsius, (N, days, 1). */
  private static Tensor forecast(Forecaster model, SeattleWeather weather) {
    model.eval();
    try (var noGrad = Torch.noGrad()) {
      Tensor x = weather.data().test().dataset().tensors().getFirst();
      return weather.data().inverseTargets(model.forward(x));
    }
  }

  /** Returns the average of the season for all targets of the test, (N, days, 1). */
  private static Tensor seasons(SeattleWeather weather) {
    TimeSeriesPart test = weather.data().test();
    double[] seasons = new double[(int) test.size() * SeattleWeather.DAYS];
    for (int i = 0; i < seasons.length; i++) {
      int example = i / SeattleWeather.DAYS;
      LocalDate date = test.targetDate(example, i % SeattleWeather.DAYS).toLocalDate();
      seasons[i] = weather.season(date);
    }
    return Torch.tensor(seasons, test.size(), SeattleWeather.DAYS, 1).to(DType.FLOAT32);
  }

  private static String row(String name, Tensor forecasts, Tensor targets) {
    return String.format(
        Locale.ROOT,
        "%-12s %9.2f %10.2f%n",
        name,
        error(forecasts, targets, 0),
        error(forecasts, targets, SeattleWeather.DAYS - 1));
  }

  /** Returns the mean absolute error of the forecasts of a day. */
  private static double error(Tensor forecasts, Tensor targets, int day) {
    return forecasts.select(1, day).sub(targets.select(1, day)).abs().mean().item();
  }

  /** Returns the forecasts of the next day that are drawn. */
  private static Tensor shown(Tensor forecasts) {
    return forecasts.select(1, 0).slice(0, FIRST_SHOWN, LAST_SHOWN);
  }
}
