package panama.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.nn.Linear;
import panama.torch.optim.Optimizer;
import panama.torch.optim.OptimizerState;
import panama.torch.optim.SGD;
import panama.torch.optim.lr_scheduler.LRScheduler;
import panama.torch.optim.lr_scheduler.LambdaLR;

/**
 * The code of docs/checkpoints.md runs, and the mistakes that it warns of have the described
 * effects.
 */
class CheckpointsTest {
  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> blocksRun() throws Exception {
    List<String> blocks =
        Pattern.compile("^```java\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(Path.of("docs/checkpoints.md")))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(blocks).hasSize(7);
    return IntStream.range(0, blocks.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    "block " + i, () -> Snippet.run(folder, "Checkpoints" + i, blocks.get(i))));
  }

  private static Optimizer optimizer(Linear model) {
    return SGD.builder(model.parameters()).lr(1).momentum(0.9).build();
  }

  private static LRScheduler schedule(Optimizer optimizer) {
    return new LambdaLR(optimizer, epoch -> 1.0 / (1 + epoch));
  }

  @Test
  void aSchedulerMustBeCreatedBeforeTheOptimizerIsLoaded() {
    Linear model = new Linear(2, 2);
    Optimizer optimizer = optimizer(model);
    LRScheduler schedule = schedule(optimizer);
    schedule.step();
    OptimizerState state = optimizer.stateDict();
    Map<String, Double> numbers = schedule.stateDict();
    assertThat(optimizer.lr()).isEqualTo(0.5);

    Optimizer right = optimizer(model);
    LRScheduler made = schedule(right);
    right.loadStateDict(state);
    made.loadStateDict(numbers);
    assertThat(right.lr()).isEqualTo(0.5);

    Optimizer wrong = optimizer(model);
    wrong.loadStateDict(state);
    schedule(wrong).loadStateDict(numbers);
    assertThat(wrong.lr()).isEqualTo(1);
  }

  @Test
  void aStateDictSharesMemoryWithTheModel() {
    Linear model = new Linear(2, 2);
    Map<String, Tensor> state = model.stateDict();
    Linear copy = model.copy(() -> new Linear(2, 2));
    model.weight().detach().fill_(3);
    assertThat(state.get("weight").mean().item()).isEqualTo(3);
    assertThat(copy.weight().mean().item()).isNotEqualTo(3);
  }
}
