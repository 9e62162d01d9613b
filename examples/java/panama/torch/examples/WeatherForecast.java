package panama.torch.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import panama.torch.DType;
import panama.torch.Tensor;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.data.DataLoader;
import panama.torch.data.preprocessing.StandardScaler;
import panama.torch.data.preprocessing.TimeSeriesData;
import panama.torch.data.preprocessing.TimeSeriesPart;
import panama.torch.data.table.Csv;
import panama.torch.data.table.Table;
import panama.torch.nn.Dropout;
import panama.torch.nn.GRU;
import panama.torch.nn.L1Loss;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.Module;
import panama.torch.nn.RNN;
import panama.torch.nn.RecurrentLayer;
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
 * the average of the season. Arguments: the cell (lstm, gru or rnn), the number of epochs, and the
 * folder for the charts.
 */
public final class WeatherForecast {
  private static final String TARGET = "temp_max";
  private static final LocalDate VALIDATION = LocalDate.of(2014, 7, 1);
  private static final LocalDate TEST = LocalDate.of(2015, 1, 1);

  private WeatherForecast() {}

  private static final class Forecaster extends Module {
    private final RecurrentLayer<?> rnn;
    private final Dropout dropout = register("dropout", new Dropout(0.2));
    private final Linear fc;

    Forecaster(String cell, int features, int days) {
      rnn =
          register(
              "rnn",
              switch (cell) {
                case "lstm" -> LSTM.builder(features, 32).batchFirst(true).build();
                case "gru" -> GRU.builder(features, 32).batchFirst(true).build();
                case "rnn" -> RNN.builder(features, 32).batchFirst(true).build();
                default ->
                    throw new IllegalArgumentException(
                        "cell: expected lstm, gru or rnn, got " + cell);
              });
      fc = register("fc", new Linear(32, days));
    }

    /** Returns (N, days, 1) for x of shape (N, L, features): changes of the last temperature. */
    Tensor forward(Tensor x) {
      Tensor last = rnn.forward(x).output().select(1, -1);
      Tensor temperature = x.select(1, -1).narrow(1, 0, 1);
      return fc.forward(dropout.forward(last)).add(temperature).unsqueeze(2);
    }
  }

  /** Reads the table, and adds the phase of the year, so that January follows December. */
  static Table read(Path csv) throws IOException {
    Table table = Csv.read(csv);
    double[] phase =
        table.dates("date").stream()
            .mapToDouble(date -> 2 * Math.PI * date.getDayOfYear() / 365.25)
            .toArray();
    return table
        .withColumn("sin", Arrays.stream(phase).map(Math::sin).toArray())
        .withColumn("cos", Arrays.stream(phase).map(Math::cos).toArray());
  }

  /** Returns the mean of the years before the test, 7 days around the day of the year. */
  static double season(Table table, LocalDate day) {
    double[] temperatures = table.doubles(TARGET);
    List<LocalDate> dates = table.dates("date");
    return IntStream.range(0, table.indexOf("date", TEST))
        .filter(
            row -> {
              int days = Math.abs(dates.get(row).getDayOfYear() - day.getDayOfYear());
              return Math.min(days, 365 - days) <= 7;
            })
        .mapToDouble(row -> temperatures[row])
        .average()
        .orElseThrow();
  }

  /** Returns the mean absolute error of the forecasts of a day. */
  private static double error(Tensor forecasts, Tensor targets, int day) {
    return forecasts.select(1, day).sub(targets.select(1, day)).abs().mean().item();
  }

  private static List<Double> day(Tensor values, int day) {
    return Arrays.stream(values.select(1, day).flatten().to(DType.FLOAT64).toDoubleArray())
        .boxed()
        .toList();
  }

  public static void main(String[] args) throws IOException {
    String cell = args.length > 0 ? args[0] : "lstm";
    int epochs = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    Path folder = Path.of(args.length > 2 ? args[2] : "target/weather-forecast");
    Files.createDirectories(folder);
    Torch.manualSeed(0);
    Table table = read(Path.of("examples/data/seattle-weather.csv"));
    TimeSeriesData data =
        TimeSeriesData.builder(table, 30, 7)
            .dates("date")
            .features(TARGET, "temp_min", "precipitation", "wind", "sin", "cos")
            .targets(TARGET)
            .validationStart(VALIDATION)
            .testStart(TEST)
            .scaler(new StandardScaler())
            .build();
    var model = new Forecaster(cell, 6, 7);
    var criterion = new L1Loss();
    var optimizer = AdamW.builder(model.parameters()).lr(3e-3).weightDecay(1e-2).build();
    var trainer =
        Trainer.builder(model, optimizer, Step.supervised(model::forward, criterion::forward))
            .epochs(epochs)
            .clipGradNorm(1)
            .scheduler(ReduceLROnPlateau.builder(optimizer).factor(0.5).patience(4).build())
            .earlyStopping(12)
            .callbacks(new ConsoleProgress())
            .build();
    History history;
    try (var training =
            DataLoader.builder(data.train().dataset()).batchSize(32).shuffle(true).build();
        var validation = DataLoader.builder(data.validation().dataset()).batchSize(256).build()) {
      history = trainer.fit(training, validation);
    }

    TimeSeriesPart test = data.test();
    model.eval();
    try (var noGrad = Torch.noGrad();
        var scope = new TensorScope()) {
      Tensor forecasts = data.inverseTargets(model.forward(test.dataset().tensors().getFirst()));
      Tensor targets = test.targets();
      Tensor persistence = test.lastValues().expandAs(targets);
      List<LocalDate> dates =
          IntStream.range(0, (int) test.size())
              .mapToObj(i -> test.targetDate(i, 0).toLocalDate())
              .toList();
      List<Double> seasons = dates.stream().map(date -> season(table, date)).toList();
      double seasonError =
          IntStream.range(0, dates.size())
              .mapToDouble(i -> Math.abs(seasons.get(i) - day(targets, 0).get(i)))
              .average()
              .orElseThrow();
      System.out.printf(
          Locale.ROOT,
          "%nMean absolute error in 2015, in degrees Celsius%n"
              + "next day:   %s %.2f, persistence %.2f, season %.2f%n"
              + "in a week:  %s %.2f, persistence %.2f%n",
          cell,
          error(forecasts, targets, 0),
          error(persistence, targets, 0),
          seasonError,
          cell,
          error(forecasts, targets, 6),
          error(persistence, targets, 6));
      new LineChart("Maximum temperature in Seattle, forecast of the day before")
          .yTitle("°C")
          .addDates("measured", dates, day(targets, 0))
          .addDates(cell, dates, day(forecasts, 0))
          .addDates("persistence", dates, day(persistence, 0))
          .addDates("season", dates, seasons)
          .save(folder.resolve("forecast.png"));
      new LearningCurve()
          .add("loss", history.values("loss"))
          .add("validation loss", history.values("validation loss"))
          .save(folder.resolve("learning-curve.png"));
    }
    System.out.println("Written to " + folder + ": forecast.png, learning-curve.png");
  }
}
