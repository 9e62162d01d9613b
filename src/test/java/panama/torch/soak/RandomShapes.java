package panama.torch.soak;

import java.util.Random;
import panama.torch.TensorScope;

/**
 * Training with another length and batch size in every step: some thousand shapes, more than the
 * number of primitives that oneDNN caches.
 */
final class RandomShapes {
  private static final int BATCHES = 16;
  private static final int LENGTHS = 64;

  private final Training training;
  private final Random random = new Random(2);

  RandomShapes(Training training) {
    this.training = training;
  }

  void step(int number) {
    try (var scope = new TensorScope()) {
      training.step(number, 1 + random.nextInt(BATCHES), 1 + random.nextInt(LENGTHS));
    }
  }

  public static void main(String[] args) {
    try (Training training = new Training()) {
      Watch.run(args, new RandomShapes(training)::step, training::settle);
    }
  }
}
