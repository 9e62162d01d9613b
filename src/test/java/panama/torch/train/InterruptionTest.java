package panama.torch.train;

import static org.assertj.core.api.Assertions.assertThat;
import static panama.torch.Torch.randn;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.ChildJvm;
import panama.torch.Tensor;
import panama.torch.io.SafeTensors;
import panama.torch.nn.Linear;
import panama.torch.optim.SGD;

/** The end of the JVM during a training, by a signal as Ctrl-C sends it. */
class InterruptionTest {
  @TempDir Path folder;

  /** Trains in an epoch that never ends. */
  static final class Program {
    public static void main(String[] args) {
      Linear model = new Linear(2, 1);
      Callback printing =
          new Callback() {
            @Override
            public void stepEnds(int epoch, long step, double loss) {
              if (step == 20) {
                System.out.println("training");
              }
            }
          };
      History history =
          Trainer.builder(
                  model,
                  new SGD(model.parameters(), 1e-3),
                  (Tensor batch) -> new StepOutput(model.forward(batch).square().mean()))
              .checkpoints(Path.of(args[0]))
              .callbacks(printing)
              .build()
              .fit(() -> Stream.generate(() -> randn(4, 2)).iterator());
      System.out.println("interrupted " + history.wasInterrupted());
    }
  }

  @Test
  void aSignalSavesACheckpoint() throws Exception {
    Process process =
        new ProcessBuilder(ChildJvm.command(Program.class, List.of(), folder.toString()))
            .redirectErrorStream(true)
            .start();
    try (var lines = process.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("training");
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    Map<String, String> state = SafeTensors.loadMetadata(folder.resolve("last.safetensors"));
    assertThat(Long.parseLong(state.get("other.progress.step"))).isGreaterThanOrEqualTo(20);
    assertThat(folder.toFile().list()).isEqualTo(List.of("last.safetensors").toArray());
  }
}
