package panama.torch.examples;

import java.nio.file.Path;
import java.time.LocalDate;
import panama.torch.*;
import panama.torch.data.DataLoader;
import panama.torch.data.preprocessing.*;
import panama.torch.data.table.Csv;
import panama.torch.nn.*;
import panama.torch.optim.AdamW;
import panama.torch.train.*;
import panama.torch.train.charts.*;

/** Forecasts the maximum temperature of the next day in Seattle from the last 30 days. */
public final class Temperatures extends panama.torch.nn.Module {
  private final LSTM lstm = register("lstm", LSTM.builder(4, 32).batchFirst(true).build());
  private final Linear fc = register("fc", new Linear(32, 1));

  private Tensor forward(Tensor x) {
    return fc.forward(lstm.forward(x).output().select(1, -1)).unsqueeze(1);
  }

  public static void main(String[] args) throws Exception {
    Torch.manualSeed(0);
    var data =
        TimeSeriesData.builder(Csv.read(Path.of("examples/data/seattle-weather.csv")), 30, 1)
            .dates("date")
            .targets("temp_max")
            .validationStart(LocalDate.of(2014, 7, 1))
            .testStart(LocalDate.of(2015, 1, 1))
            .scaler(new StandardScaler())
            .build();
    var training = DataLoader.builder(data.train().dataset()).batchSize(32).shuffle(true).build();
    var model = new Temperatures();
    var step = Step.supervised(model::forward, new MSELoss()::forward);
    History history =
        Trainer.builder(model, new AdamW(model.parameters(), 3e-3), step)
            .epochs(args.length > 0 ? Integer.parseInt(args[0]) : 100)
            .earlyStopping(12)
            .callbacks(new ConsoleProgress())
            .build()
            .fit(training, new DataLoader<>(data.validation().dataset(), 256));
    LearningCurve.of(history).save(Path.of("target/temperatures-loss.png"));
    TimeSeriesPart test = data.test();
    Tensor forecast = data.inverseTargets(model.forward(test.dataset().tensors().get(0)));
    var error = new L1Loss();
    System.out.println("LSTM: MAE " + error.forward(forecast, test.targets()).item());
    System.out.println(
        "persistence: MAE " + error.forward(test.lastValues(), test.targets()).item());
    new LineChart("Maximum temperature in Seattle")
        .addDates("measured", test.targetDates(0), test.targets())
        .addDates("forecast", test.targetDates(0), forecast)
        .save(Path.of("target/temperatures.png"));
  }
}
