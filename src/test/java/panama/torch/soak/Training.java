package panama.torch.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import panama.torch.GradMode;
import panama.torch.Tensor;
import panama.torch.Torch;
import panama.torch.io.SafeTensors;
import panama.torch.nn.CrossEntropyLoss;
import panama.torch.nn.LSTM;
import panama.torch.nn.Linear;
import panama.torch.nn.utils.GradientClipping;
import panama.torch.nn.utils.rnn.PackedSequence;
import panama.torch.nn.utils.rnn.Sequences;
import panama.torch.optim.Adam;
import panama.torch.optim.lr_scheduler.StepLR;

/**
 * The training that all soak tests share: an LSTM that classifies sequences, padded in even steps
 * and packed in odd ones, with gradient clipping and a scheduler. At intervals it is evaluated,
 * saved and loaded. It opens no scope, which is left to the tests.
 */
final class Training implements AutoCloseable {
  private static final int FEATURES = 8;
  private static final int CLASSES = 4;
  private static final int CHECKPOINT_EVERY = 500;

  private final LSTM lstm = LSTM.builder(FEATURES, 32).batchFirst(true).build();
  private final Linear fc = new Linear(32, CLASSES);
  private final CrossEntropyLoss criterion = new CrossEntropyLoss();
  private final Adam optimizer =
      Adam.builder(Stream.of(lstm, fc).flatMap(m -> m.parameters().stream()).toList())
          .lr(1e-3)
          .build();
  private final StepLR scheduler = new StepLR(optimizer, 1000, 0.5);
  private final Random random = new Random(1);
  private final Path checkpoint;

  Training() {
    try {
      checkpoint = Files.createTempFile("panama-torch-soak", ".safetensors");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs one step with a batch (N, L, 8), and evaluates and saves if it is time to. */
  void step(int number, int batch, int length) {
    Tensor x = Torch.randn(batch, length, FEATURES);
    Tensor target = Torch.randint(0, CLASSES, batch);
    optimizer.zeroGrad();
    Tensor h = number % 2 == 0 ? lstm.forward(x).hN() : lstm.forward(packed(x)).hN();
    Tensor loss = criterion.forward(fc.forward(h.select(0, 0)), target);
    loss.backward();
    GradientClipping.clipGradNorm_(lstm.parameters(), 1.0);
    optimizer.step();
    scheduler.step();
    if (!Double.isFinite(loss.item())) {
      throw new IllegalStateException("step " + number + " diverged: loss " + loss.item());
    }
    if ((number + 1) % CHECKPOINT_EVERY == 0) {
      evaluate(x);
      saveAndLoad();
    }
  }

  private PackedSequence packed(Tensor x) {
    int length = (int) x.size(1);
    long[] lengths = random.ints(x.size(0), 1, length + 1).sorted().asLongStream().toArray();
    lengths[lengths.length - 1] = length;
    return Sequences.packPaddedSequence(x, lengths, true, false);
  }

  private void evaluate(Tensor x) {
    lstm.eval();
    try (GradMode mode = Torch.noGrad()) {
      fc.forward(lstm.forward(x).output()).softmax(-1).toFloatArray();
    } finally {
      lstm.train();
    }
  }

  private void saveAndLoad() {
    try {
      SafeTensors.save(checkpoint, lstm.stateDict());
      Map<String, Tensor> loaded = SafeTensors.load(checkpoint);
      lstm.loadStateDict(loaded);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Drops the gradients, so that they do not affect the comparison of memory. */
  void settle() {
    optimizer.zeroGrad();
  }

  @Override
  public void close() {
    try {
      Files.delete(checkpoint);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
