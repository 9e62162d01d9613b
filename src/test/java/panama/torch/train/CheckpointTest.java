package panama.torch.train;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import panama.torch.ChildJvm;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.data.DataLoader;
import panama.torch.data.TensorDataset;
import panama.torch.nn.Linear;
import panama.torch.optim.Adam;

/** Checkpoints of a process that is killed, and on a disk that is full. */
class CheckpointTest {
  @TempDir Path folder;

  /** Trains a model whose checkpoints take a few milliseconds to write. */
  private static History train(Path folder, int epochs) {
    Torch.manualSeed(0);
    Tensor x = Torch.randn(64, 300);
    Linear model = new Linear(300, 300);
    Callback printing =
        new Callback() {
          @Override
          public void epochEnds(EpochResult result) {
            System.out.println("epoch " + result.epoch());
          }
        };
    try (var loader =
        DataLoader.builder(new TensorDataset(x, x.roll(1, 0)))
            .batchSize(16)
            .shuffle(true)
            .seed(1)
            .build()) {
      return Trainer.builder(
              model,
              new Adam(model.parameters(), 1e-3),
              (List<Tensor> batch) ->
                  new StepOutput(model.forward(batch.getFirst()).sub(batch.get(1)).square().mean()))
          .epochs(epochs)
          .restoreBest(false)
          .checkpoints(folder)
          .resume(true)
          .callbacks(printing)
          .build()
          .fit(loader);
    }
  }

  /** Trains in the folder until it is killed, or prints why it cannot write. */
  static final class Program {
    public static void main(String[] args) {
      try {
        train(Path.of(args[0]), Integer.MAX_VALUE);
      } catch (UncheckedIOException e) {
        System.out.println(e.getCause().getMessage());
      }
    }
  }

  private List<String> command() {
    return ChildJvm.command(Program.class, List.of(), folder.toString());
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aKillLeavesAWholeCheckpointFromWhichTheLossesAreTheSame() throws Exception {
    for (int kill = 0; kill < 4; kill++) {
      Process process = start(command());
      try (var lines = process.inputReader()) {
        for (int line = 0; line < 3; line++) {
          assertThat(lines.readLine()).startsWith("epoch ");
        }
        Thread.sleep(7L * kill); // in the middle of writing, or before, or after
        process.destroyForcibly().waitFor();
      }
    }
    History resumed = train(folder, 1); // those of the checkpoint
    int epochs = resumed.epochs().size();
    assertThat(epochs).isGreaterThanOrEqualTo(3 * 4);
    List<Double> losses = train(folder, epochs + 2).values("loss");
    assertThat(losses).isEqualTo(train(folder.resolve("whole"), epochs + 2).values("loss"));
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aFullDiskKeepsTheFormerCheckpoint() throws Exception {
    train(folder, 2);
    Path last = folder.resolve("last.safetensors");
    byte[] before = Files.readAllBytes(last);
    Process process = start(ChildJvm.limited(400, command()));
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(printed).contains("last.safetensors: ");
    assertThat(process.waitFor()).isZero();
    assertThat(Files.readAllBytes(last)).isEqualTo(before);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("last.safetensors", "best.safetensors");
  }
}
