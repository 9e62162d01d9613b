package panama.torch.soak;

/** Training without scopes: the garbage collector frees tensors. */
final class CollectedTraining {
  private CollectedTraining() {}

  public static void main(String[] args) {
    try (Training training = new Training()) {
      Watch.run(
          args,
          i -> training.step(i, 16, 20),
          () -> {
            training.settle();
            Watch.collect();
          });
    }
  }
}
