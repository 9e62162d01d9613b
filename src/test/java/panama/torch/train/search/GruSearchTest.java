package panama.torch.train.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.Generator;
import panama.torch.GradMode;
import panama.torch.Tensor;
import panama.torch.TensorOptions;
import panama.torch.TensorScope;
import panama.torch.Torch;
import panama.torch.nn.GRU;
import panama.torch.nn.Linear;
import panama.torch.nn.MSELoss;
import panama.torch.nn.Module;
import panama.torch.optim.Adam;
import panama.torch.train.charts.SearchChart;
import panama.torch.train.metrics.MeanSquaredError;

/** Searches two hyperparameters of a small network that learns the mean of a sequence. */
class GruSearchTest {
  private static final SearchSpace SPACE =
      SearchSpace.builder().logUniform("lr", 1e-5, 1e-1).integer("hidden", 4, 8).build();

  @TempDir Path folder;

  private static final class Net extends Module {
    private final GRU gru;
    private final Linear head;

    Net(int hidden) {
      gru = register("gru", GRU.builder(1, hidden).batchFirst(true).build());
      head = register("head", new Linear(hidden, 1));
    }

    Tensor forward(Tensor x) {
      return head.forward(gru.forward(x).output().select(1, -1)).squeeze(1);
    }
  }

  private static double train(Trial trial) {
    Net net = trial.seeded(() -> new Net(trial.configuration().getInt("hidden")));
    MSELoss loss = new MSELoss();
    Generator generator = new Generator().manualSeed(1); // the same data in all trials
    Adam adam = new Adam(net.parameters(), trial.configuration().getDouble("lr"));
    try (TensorScope data = new TensorScope()) {
      Tensor x = Torch.randn(new long[] {64, 6, 1}, TensorOptions.DEFAULT, generator);
      Tensor y = x.mean(1).squeeze(1);
      for (int epoch = 0; epoch < trial.budget() && !trial.isCancelled(); epoch++) {
        try (TensorScope step = new TensorScope()) {
          adam.zeroGrad();
          loss.forward(net.forward(x.slice(0, 0, 48)), y.slice(0, 0, 48)).backward();
          adam.step();
        }
      }
      MeanSquaredError error = new MeanSquaredError();
      try (GradMode off = Torch.noGrad()) {
        error.update(net.forward(x.slice(0, 48, 64)), y.slice(0, 48, 64));
      }
      return error.compute();
    }
  }

  @Test
  void findsTheBetterLearningRateInAnyNumberOfThreads() throws IOException {
    List<SearchResult> results = new ArrayList<>();
    for (int parallelism : new int[] {1, 2}) {
      results.add(
          GridSearch.builder(SPACE)
              .values("lr", 1e-5, 3e-2)
              .points("hidden", 2)
              .budget(40)
              .seed(3)
              .parallelism(parallelism)
              .table(folder.resolve("search" + parallelism + ".csv"))
              .build()
              .run(GruSearchTest::train));
    }
    SearchResult result = results.getFirst();
    assertThat(result.trials()).hasSize(4);
    assertThat(result.best().configuration().getDouble("lr")).isEqualTo(3e-2);
    assertThat(result.best().score()).isLessThan(result.trials().getFirst().score() / 4);
    assertThat(results.getLast().trials()).isEqualTo(result.trials());
    assertThat(train(Trial.of(result.best().configuration(), result.best().seed(), 40)))
        .isEqualTo(result.best().score());
    SearchChart.overParameter(result, "lr").save(folder.resolve("lr.png"));
    assertThat(folder.resolve("lr.png")).isNotEmptyFile();
  }

  @Test
  void halvingFindsAGoodLearningRate() throws IOException {
    SearchResult result =
        SuccessiveHalving.builder(SPACE, 27).seed(1).trials(9).build().run(GruSearchTest::train);
    assertThat(result.trials()).hasSize(9 + 3 + 1);
    assertThat(result.best().configuration().getDouble("lr")).isGreaterThan(1e-3);
  }
}
