package panama.torch.soak;

import panama.torch.TensorScope;

/** Training with a scope for each step. */
final class ScopedTraining {
  private ScopedTraining() {}

  public static void main(String[] args) {
    try (Training training = new Training()) {
      Watch.run(
          args,
          i -> {
            try (var scope = new TensorScope()) {
              training.step(i, 16, 20);
            }
          },
          training::settle);
    }
  }
}
