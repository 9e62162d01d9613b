package panama.torch.train.metrics;

/** The check that a metric has elements. */
final class Count {
  private Count() {}

  static void check(String name, long count) {
    if (count == 0) {
      throw new IllegalStateException(
          name + ": compute() before update(predictions, targets) with at least one element");
    }
  }
}
