package panama.torch.soak;

import java.util.Random;
import panama.torch.TensorScope;

/**
 * Another length and batch size every step: some thousand shapes, more than oneDNN keeps primitives
 * for.
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
