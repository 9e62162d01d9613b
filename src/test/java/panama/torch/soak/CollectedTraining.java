package panama.torch.soak;

/** No scope at all: the collector frees. */
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
