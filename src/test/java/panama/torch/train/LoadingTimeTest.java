package panama.torch.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.nn.Linear;
import panama.torch.nn.MSELoss;
import panama.torch.optim.SGD;

class LoadingTimeTest {
  private static final List<Tensor> BATCH = List.of(Torch.ones(4, 3), Torch.zeros(4, 1));

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Iterator<List<Tensor>> slow(long millis) {
    sleep(millis);
    return Stream.of(BATCH, BATCH).peek(batch -> sleep(millis)).iterator();
  }

  @Test
  void countsTheStartOfAnEpochAndItsBatchesButNoValidation() {
    var model = new Linear(3, 1);
    var criterion = new MSELoss();
    var loading = new LoadingTime();
    assertThat(loading.share()).isZero();
    var trainer =
        Trainer.builder(
                model,
                new SGD(model.parameters(), 0.1),
                Step.supervised(model::forward, criterion::forward))
            .epochs(2)
            .callbacks(loading)
            .build();
    long start = System.nanoTime();
    trainer.fit(() -> slow(20), () -> slow(50));
    double seconds = (System.nanoTime() - start) / 1e9;
    assertThat(loading.loadingSeconds()).isBetween(2 * 3 * 0.020, loading.trainingSeconds());
    assertThat(loading.trainingSeconds()).isLessThan(seconds - 2 * 3 * 0.050);
    assertThat(loading.share() * loading.trainingSeconds())
        .isCloseTo(loading.loadingSeconds(), within(1e-9)); // not the same rounding
    assertThat(loading.toString()).matches("loading \\d+\\.\\d % of \\d+\\.\\d s");
  }

  @Test
  void workAfterTheBatchIsNotLoading() {
    var model = new Linear(3, 1);
    var loading = new LoadingTime();
    Trainer.builder(
            model,
            new SGD(model.parameters(), 0.1),
            (List<Tensor> batch) -> {
              sleep(50);
              return new StepOutput(model.forward(batch.getFirst()).mean());
            })
        .callbacks(loading)
        .build()
        .fit(List.of(BATCH, BATCH));
    assertThat(loading.trainingSeconds()).isGreaterThanOrEqualTo(0.1);
    assertThat(loading.loadingSeconds()).isLessThanOrEqualTo(loading.trainingSeconds() - 0.1);
  }
}
