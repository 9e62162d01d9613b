package panama.torch.soak;

/** {@link RandomShapes} with a new thread every 50 steps. */
final class FreshThreads {
  private static final int STEPS_PER_THREAD = 50;

  private FreshThreads() {}

  public static void main(String[] args) {
    try (Training training = new Training()) {
      RandomShapes shapes = new RandomShapes(training);
      int threads = Integer.parseInt(args[0]) / STEPS_PER_THREAD;
      Watch.run(
          new String[] {Integer.toString(threads), args[1]},
          i -> onThread(shapes, i),
          training::settle);
    }
  }

  private static void onThread(RandomShapes shapes, int number) {
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < STEPS_PER_THREAD; i++) {
                    shapes.step(number * STEPS_PER_THREAD + i);
                  }
                });
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
